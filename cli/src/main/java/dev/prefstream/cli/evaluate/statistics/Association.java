package dev.prefstream.cli.evaluate.statistics;

import java.util.Arrays;

/** How two yes-or-no columns go together. */
public final class Association {

  private Association() {}

  /**
   * The phi coefficient (Yule 1912), in [-1, 1]: the correlation of the two columns. NaN when one
   * of them is constant.
   */
  public static double phi(boolean[] first, boolean[] second) {
    double both = 0;
    double firsts = 0;
    double seconds = 0;
    double n = first.length;
    for (int i = 0; i < first.length; i++) {
      firsts += first[i] ? 1 : 0;
      seconds += second[i] ? 1 : 0;
      both += first[i] && second[i] ? 1 : 0;
    }
    double spread = Math.sqrt(firsts * (n - firsts) * seconds * (n - seconds));
    return spread == 0 ? Double.NaN : (n * both - firsts * seconds) / spread;
  }

  /** Phi of "above the median of its column" in both. */
  public static double phiAboveMedians(double[] first, double[] second) {
    return phi(aboveMedian(first), aboveMedian(second));
  }

  private static boolean[] aboveMedian(double[] column) {
    double[] sorted = column.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double median = n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    boolean[] above = new boolean[n];
    for (int i = 0; i < n; i++) {
      above[i] = column[i] > median;
    }
    return above;
  }
}
