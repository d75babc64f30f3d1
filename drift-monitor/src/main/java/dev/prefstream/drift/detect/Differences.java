package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * Differences of values some rows apart, which a change of level leaves as they are, all but the
 * few that it parts.
 */
final class Differences {

  /** Standard deviations to which the size of a difference counts. */
  private static final double MOST = 3;

  /** Mean square of a standard normal value that is cut at {@link #MOST}. */
  private static final double KEPT = 0.9950;

  private static final int ROUNDS = 5;

  private Differences() {}

  /**
   * Mean square of the differences, which is twice the variance of independent values. Those that a
   * change parts count as three standard deviations: proposal 2 of P. J. Huber, "Robust estimation
   * of a location parameter", Annals of Mathematical Statistics 35 (1964), begun at their median.
   * It needs a third of the values that the median alone would.
   *
   * @param lag rows between the two values, at least 1
   * @param whole whether all count in full, as where values are few distinct ones
   * @return 0 where there are no differences
   */
  static double meanSquare(double[] values, int lag, boolean whole) {
    double[] sizes = new double[Math.max(0, values.length - lag)];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(values[i + lag] - values[i]);
    }
    if (sizes.length == 0) {
      return 0;
    }
    double found = 0;
    if (!whole) {
      Arrays.sort(sizes);
      double deviation = Summary.quantile(sizes, 0.5) / Normal.quantile(0.75);
      found = deviation * deviation;
      for (int round = 0; round < ROUNDS; round++) {
        found = meanSquare(sizes, MOST * MOST * found) / KEPT;
      }
    }
    return found > 0 ? found : meanSquare(sizes, Double.POSITIVE_INFINITY);
  }

  private static double meanSquare(double[] sizes, double most) {
    double sum = 0;
    for (double size : sizes) {
      sum += Math.min(size * size, most);
    }
    return sum / sizes.length;
  }
}
