package dev.prefstream.cli.evaluate.statistics;

/**
 * The score interval of E. B. Wilson (1927), "Probable inference, the law of succession, and
 * statistical inference", JASA 22, p. 209-212, without continuity correction, at 95 %.
 */
public final class Wilson {

  /** The 0.975 quantile of the standard normal distribution. */
  static final double Z = 1.959963984540054;

  private Wilson() {}

  /**
   * A share with its interval.
   *
   * @param successes 0 to {@code trials}; fractions are allowed, for ties
   */
  public static Estimate share(double successes, long trials) {
    if (trials == 0) {
      return Estimate.NONE;
    }
    double n = trials;
    double p = successes / n;
    double centre = p + Z * Z / (2 * n);
    double reach = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    double scale = 1 + Z * Z / n;
    return new Estimate(
        p,
        successes == 0 ? 0 : Math.max(0, (centre - reach) / scale),
        successes == trials ? 1 : Math.min(1, (centre + reach) / scale));
  }
}
