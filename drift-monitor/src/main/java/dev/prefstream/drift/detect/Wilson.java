package dev.prefstream.drift.detect;

/**
 * Score interval for a share: E. B. Wilson, "Probable inference, the law of succession, and
 * statistical inference", JASA 22 (1927).
 *
 * @param low lower bound, in [0, 1]
 * @param high upper bound, in [0, 1]
 */
public record Wilson(double low, double high) {

  /** Quantile of the normal distribution for 95 %, two sides. */
  public static final double TWO_SIDED_95 = 1.959964;

  /**
   * @param trials at least 1
   * @param z quantile of the normal distribution
   */
  public static Wilson of(long successes, long trials, double z) {
    double p = (double) successes / trials;
    double part = z * z / trials;
    double centre = p + part / 2;
    double half = Math.sqrt(part * (p * (1 - p) + part / 4));
    return new Wilson((centre - half) / (1 + part), (centre + half) / (1 + part));
  }
}
