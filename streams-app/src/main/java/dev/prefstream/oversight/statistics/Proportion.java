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

  /**
   * The score interval of E. B. Wilson (1927), "Probable inference, the law of succession, and
   * statistical inference", JASA 22, p. 209-212, without continuity correction; all of [0, 1]
   * without trials.
   *
   * @param z quantile of the standard normal distribution, {@link #Z95} for 95 %
   */
  public Interval wilson(double z) {
    if (trials == 0) {
      return new Interval(0, 1);
    }
    Interval interval = wilson(value(), trials, z);
    return new Interval(
        successes == 0 ? 0 : Math.max(0, interval.low()),
        successes == trials ? 1 : Math.min(1, interval.high()));
  }

  /** The same for a share that need not be a whole number of trials. */
  static Interval wilson(double share, double trials, double z) {
    double centre = share + z * z / (2 * trials);
    double reach = z * Math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials));
    double scale = 1 + z * z / trials;
    return new Interval((centre - reach) / scale, (centre + reach) / scale);
  }
}
