package dev.prefstream.drift.detect;

/**
 * The population stability index of a window against a reference: N. Siddiqi, "Credit Risk
 * Scorecards" (2006). Groups hold about an equal share of the reference each; half a count is added
 * to each, so that an empty one does not make the index infinite.
 *
 * <p>The usual reading, above 0.1 look and above 0.25 act, knows nothing of the window's size:
 * without any change the index is about (1/n + 1/m) times a chi-square with a degree of freedom
 * less than groups (B. Yurdakul, "Statistical Properties of Population Stability Index", 2018),
 * where n and m are the counts of window and reference. So its threshold is calibrated like those
 * of the other detectors. Immutable.
 */
public final class StabilityIndex {

  /** Groups as scorecards have them: tenths of the reference. */
  public static final int GROUPS = 10;

  private final int[] groupOfBin;
  private final double[] expected;

  /** Groups of a reference's scores, with their shares. */
  public StabilityIndex(ScoreGrid reference) {
    long[] counts = reference.counts();
    long total = reference.total();
    long[] grouped = new long[GROUPS];
    groupOfBin = new int[counts.length];
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      // By the middle of the bin's mass, so that a bin heavier than a group still has one of its
      // own.
      double middle = (below + counts[i] / 2.0) / Math.max(1, total);
      groupOfBin[i] = (int) Math.min(GROUPS - 1, Math.floor(middle * GROUPS));
      grouped[groupOfBin[i]] += counts[i];
      below += counts[i];
    }
    expected = new double[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      expected[g] = share(grouped[g], total);
    }
  }

  /**
   * The index of a window of scores in [0, 1]: 0 where all shares are alike, above it otherwise.
   */
  public double of(double[] window) {
    long[] found = new long[GROUPS];
    for (double score : window) {
      found[groupOfBin[ScoreGrid.bin(score)]]++;
    }
    return of(found, window.length);
  }

  /** The index of a window that moves on value by value. */
  WindowStatistic sliding() {
    return new WindowStatistic() {
      private final long[] found = new long[GROUPS];
      private int size;

      @Override
      public void enter(double value) {
        found[groupOfBin[ScoreGrid.bin(value)]]++;
        size++;
      }

      @Override
      public void leave(double value) {
        found[groupOfBin[ScoreGrid.bin(value)]]--;
        size--;
      }

      @Override
      public double read() {
        return of(found, size);
      }

      @Override
      public int degrees() {
        return GROUPS - 1;
      }
    };
  }

  private double of(long[] found, int size) {
    double index = 0;
    for (int g = 0; g < GROUPS; g++) {
      double share = share(found[g], size);
      index += (share - expected[g]) * Math.log(share / expected[g]);
    }
    return index;
  }

  private static double share(long count, long total) {
    return (count + 0.5) / (total + 0.5 * GROUPS);
  }
}
