package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * What a {@link ShiftScan} must exceed to keep a run length. For independent normal values that is
 * {@code sqrt(2 ln(run length) - 1.8)}: measured, 1,116 at 3.5, 6,360 at 4, 54,800 at 4.5 and
 * 182,000 at 4.75. A series whose noise has heavier tails, or wanders in ways that {@link Noise}
 * does not know, reads more than that: the highest readings of its parts tell how much. Their
 * squares are about exponential in the tail, so the height for the run length is read off a Gumbel
 * distribution through two of their quantiles, which the few parts that hold changes do not move.
 */
final class ScanThreshold {

  private static final int LEAST_PART = 25;
  private static final int MOST_PART = 1000;
  private static final int PARTS = 40;
  private static final int CHANGES = 8;
  private static final int FEW_ALARMS = 12;
  private static final int MOST_VALUES = 100_000;

  /** Parts that the prior counts for: that of independent normal values, whose scale is 2. */
  private static final double PRIOR = 20;

  private ScanThreshold() {}

  /** For independent normal values. */
  static double ofNormal(double runLength) {
    return Math.sqrt(2 * Math.log(runLength) - 1.8);
  }

  /** For this series, never below {@link #ofNormal}; judged on the first 100,000 values. */
  static double of(ShiftScan scan, int values, double runLength) {
    int n = Math.min(values, MOST_VALUES);
    int part = Math.max(LEAST_PART, Math.min(MOST_PART, n / PARTS));
    int parts = Math.max(1, n / part);
    double base = ofNormal(runLength);
    double[] highest = new double[parts];
    boolean[] alarmed = new boolean[parts];
    int rounds = 0;
    // Alarms begin the scan anew; so many that they must be noise ask for a higher threshold.
    while (scan(scan, n, part, base, highest, alarmed) > Math.max(FEW_ALARMS, parts / 4)
        && ++rounds < 12) {
      base *= 1.2;
    }
    double[] squares = rounds == 0 ? without(highest, alarmed) : highest;
    Arrays.sort(squares);
    double top = Math.max(0.5, Math.min(0.75, 1 - (double) CHANGES / parts));
    double low = Summary.quantile(squares, 0.25);
    double spread = (Summary.quantile(squares, top) - low) / (gumbel(top) - gumbel(0.25));
    double weight = parts / (parts + PRIOR);
    double scale = Math.max(2, weight * spread + (1 - weight) * 2);
    double middle = Summary.quantile(squares, 0.5);
    double height = middle + scale * (Math.log(runLength / part) - gumbel(0.5));
    return Math.max(ofNormal(runLength), Math.sqrt(Math.max(0, height)));
  }

  private static int scan(
      ShiftScan scan, int n, int part, double base, double[] highest, boolean[] alarmed) {
    Arrays.fill(highest, 0);
    Arrays.fill(alarmed, false);
    int start = 0;
    int alarms = 0;
    for (int at = 0; at < n; at++) {
      ShiftScan.Split split = scan.strongest(start, at);
      int here = Math.min(highest.length - 1, at / part);
      highest[here] = Math.max(highest[here], split.shift() * split.shift());
      if (Math.abs(split.shift()) > base) {
        start = split.since();
        alarmed[here] = true;
        alarms++;
      }
    }
    return alarms;
  }

  /** The parts without an alarm, when at least five are left. */
  private static double[] without(double[] highest, boolean[] alarmed) {
    double[] calm = new double[highest.length];
    int count = 0;
    for (int i = 0; i < highest.length; i++) {
      if (!alarmed[i]) {
        calm[count++] = highest[i];
      }
    }
    return count < 5 ? highest : Arrays.copyOf(calm, count);
  }

  private static double gumbel(double level) {
    return -Math.log(-Math.log(level));
  }
}
