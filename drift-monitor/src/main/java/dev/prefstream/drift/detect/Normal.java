package dev.prefstream.drift.detect;

/** The standard normal distribution. */
final class Normal {

  private Normal() {}

  /**
   * Its quantile, to 5e-4 (Abramowitz and Stegun 26.2.23).
   *
   * @param p in (0, 1)
   */
  static double quantile(double p) {
    double t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
    double x =
        t
            - (2.515517 + t * (0.802853 + t * 0.010328))
                / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    return p < 0.5 ? -x : x;
  }
}
