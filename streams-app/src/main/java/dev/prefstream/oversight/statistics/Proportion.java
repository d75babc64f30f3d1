package dev.prefstream.oversight.statistics;

/**
 * How many of how many.
 *
 * @param successes 0 to {@code trials}
 * @param trials 0 or more
 */
public record Proportion(long successes, long trials) {

  /** The 0.975 quantile of the standard normal distribution: intervals of 95 %. */
  public static final double Z95 = 1.959963984540054;

  public Proportion {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "%d successes of %d trials: expected between none and all".formatted(successes, trials));
    }
  }

  /** The share; NaN without trials. */
  public double value() {
    return trials == 0 ? Double.NaN : (double) successes / trials;
  }

  /** As an estimate of the share of what the trials are a sample of. */
  public Estimate estimate() {
    return new Estimate(value(), trials);
  }

  /** As {@link Estimate#wilson}. */
  public Interval wilson(double z) {
    return estimate().wilson(z);
  }
}
