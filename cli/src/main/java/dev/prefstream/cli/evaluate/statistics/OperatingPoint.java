package dev.prefstream.cli.evaluate.statistics;

import java.util.Arrays;

/**
 * What calling a share of the rows positive takes and gives: for those who know how many rows
 * somebody can look at, and not which score that is.
 *
 * @param share greatest share of the rows that may be called
 * @param level threshold, three decimals: at most that share scores strictly above it
 * @param confusion at the level
 */
public record OperatingPoint(double share, double level, Confusion confusion) {

  private static final double STEPS = 1_000;

  /**
   * The lowest level in steps of 0.001 at which at most {@code share} of the rows are called.
   *
   * @param scores in [0, 1], at least one
   * @param share in (0, 1)
   */
  public static OperatingPoint of(double share, double[] scores, boolean[] labels) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share %s: must be between 0 and 1".formatted(share));
    }
    double[] ascending = scores.clone();
    Arrays.sort(ascending);
    int room = (int) Math.floor(share * scores.length + 1e-9);
    double highestLeftOut = ascending[scores.length - 1 - room];
    double steps = Math.ceil(highestLeftOut * STEPS);
    // The product may have been rounded down.
    double level = (steps / STEPS < highestLeftOut ? steps + 1 : steps) / STEPS;
    return new OperatingPoint(share, level, Confusion.at(level, scores, labels));
  }

  /** Rows called. */
  public long called() {
    return confusion.truePositives() + confusion.falsePositives();
  }
}
