package dev.prefstream.drift.detect;

import java.util.SplittableRandom;

/**
 * What the offsets of a {@link HourOfWeek} may be wrong by. An offset's error is that of a mean of
 * as many scores as were seen at its hour: small, but the same for all scores of an hour, so that a
 * chart sees it as a shift that stays for the hour and comes again with it. Thresholds are
 * calibrated on series that have such shifts. Immutable.
 */
public final class HourErrors {

  /** Of scores from which nothing is taken away. */
  public static final HourErrors NONE = new HourErrors(new double[0], new double[0]);

  /**
   * Values that an hour brings at most: excursions and windows are shorter, and a series of a given
   * length would see too few hours.
   */
  private static final double MOST_VALUES = 2000;

  private final double[] errors;
  private final double[] values;

  /**
   * @param errors standard error of each hour's offset, in units of scores, in the order in which
   *     hours follow each other in a cycle
   * @param values scores that each of these hours brings once, on average
   */
  HourErrors(double[] errors, double[] values) {
    double most = 0;
    for (double count : values) {
      most = Math.max(most, count);
    }
    this.errors = errors.clone();
    this.values = values.clone();
    for (int i = 0; i < values.length; i++) {
      this.values[i] *= Math.min(1, MOST_VALUES / Math.max(1, most));
    }
  }

  /** The error of a typical score, in units of scores. */
  double typical() {
    double squares = 0;
    double count = 0;
    for (int i = 0; i < errors.length; i++) {
      squares += errors[i] * errors[i] * values[i];
      count += values[i];
    }
    return count == 0 ? 0 : Math.sqrt(squares / count);
  }

  /** Errors for one score after the other, without end. */
  Path path(long seed) {
    return new Path(new SplittableRandom(seed));
  }

  /**
   * One such series; call {@link #next}. Each cycle has errors of its own, since a rate of alarms
   * is averaged over what they may be. Their mean over a cycle is 0: what the mean of all is wrong
   * by, others add.
   */
  final class Path {

    private final SplittableRandom random;
    private final double[] drawn = new double[errors.length];
    private int hour = errors.length;
    private double left;

    private Path(SplittableRandom random) {
      this.random = random;
    }

    double next() {
      if (errors.length == 0) {
        return 0;
      }
      while (left < 1) {
        hour++;
        if (hour >= errors.length) {
          draw();
          hour = 0;
        }
        left += values[hour];
      }
      left--;
      return drawn[hour];
    }

    private void draw() {
      double sum = 0;
      double count = 0;
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = errors[i] * random.nextGaussian();
        sum += drawn[i] * values[i];
        count += values[i];
      }
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] -= sum / count;
      }
    }
  }
}
