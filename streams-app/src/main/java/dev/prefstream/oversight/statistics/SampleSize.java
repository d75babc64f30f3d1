package dev.prefstream.oversight.statistics;

/** How many labels an interval needs to be as narrow as wished. */
public final class SampleSize {

  private SampleSize() {}

  /**
   * The least number of labels with which the Wilson interval of 95 % around {@code share} reaches
   * at most {@code halfWidth} to each side, on average over both sides.
   *
   * @param share in [0, 1]
   * @param halfWidth in (0, 0.5)
   */
  public static long wilson(double share, double halfWidth) {
    long low = 1;
    long high = 1;
    while (halfWidth(share, high) > halfWidth) {
      low = high;
      high *= 2;
    }
    while (low < high) { // The half-width falls with every label.
      long middle = (low + high) >>> 1;
      if (halfWidth(share, middle) > halfWidth) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private static double halfWidth(double share, long trials) {
    return new Estimate(share, trials).wilson(Proportion.Z95).halfWidth();
  }
}
