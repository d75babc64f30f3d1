package dev.prefstream.drift.detect;

/**
 * The Kolmogorov-Smirnov distance between two samples, and how likely so large a one is by chance:
 * N. Smirnov, "Table for estimating the goodness of fit of empirical distributions", Annals of
 * Mathematical Statistics 19 (1948).
 */
public final class KolmogorovSmirnov {

  private KolmogorovSmirnov() {}

  /** Greatest difference of the two empirical distribution functions; both sorted, not empty. */
  public static double distance(double[] a, double[] b) {
    int i = 0;
    int j = 0;
    double distance = 0;
    while (i < a.length && j < b.length) {
      double x = Math.min(a[i], b[j]);
      while (i < a.length && a[i] <= x) {
        i++;
      }
      while (j < b.length && b[j] <= x) {
        j++;
      }
      distance = Math.max(distance, Math.abs((double) i / a.length - (double) j / b.length));
    }
    return distance;
  }

  /**
   * Asymptotic two-sided p-value of a distance, with the small-sample correction of M. A. Stephens,
   * Journal of the Royal Statistical Society B 32 (1970).
   */
  public static double pValue(double distance, long countA, long countB) {
    double root = Math.sqrt((double) countA * countB / (countA + countB));
    double lambda = (root + 0.12 + 0.11 / root) * distance;
    if (lambda < 0.2) {
      return 1;
    }
    double sum = 0;
    for (int j = 1; j <= 100; j++) {
      double term = Math.exp(-2 * j * j * lambda * lambda);
      sum += (j % 2 == 1 ? 1 : -1) * term;
      if (term < 1e-16) {
        break;
      }
    }
    return Math.max(0, Math.min(1, 2 * sum));
  }
}
