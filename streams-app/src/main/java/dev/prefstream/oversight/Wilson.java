package dev.prefstream.oversight;

import dev.prefstream.schemas.avro.Share;

/**
 * The score interval of E. B. Wilson (1927), "Probable inference, the law of succession, and
 * statistical inference", JASA 22, p. 209-212, without continuity correction, at 95 %.
 */
final class Wilson {

  /** The 0.975 quantile of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  private Wilson() {}

  /**
   * A share with its interval; without trials the interval is all of [0, 1].
   *
   * @param successes 0 to {@code trials}
   */
  static Share share(long successes, long trials) {
    if (trials == 0) {
      return new Share(0L, 0L, Double.NaN, 0.0, 1.0);
    }
    double n = trials;
    double p = successes / n;
    double centre = p + Z * Z / (2 * n);
    double reach = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    double scale = 1 + Z * Z / n;
    return new Share(
        successes,
        trials,
        p,
        successes == 0 ? 0 : Math.max(0, (centre - reach) / scale),
        successes == trials ? 1 : Math.min(1, (centre + reach) / scale));
  }
}
