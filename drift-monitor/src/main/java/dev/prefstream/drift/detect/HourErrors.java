package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the offsets of a {@link HourOfWeek} may be wrong by. An offset's error is that of a mean of
 * as many scores as were seen at its hour: small, but the same for all scores of an hour, so that a
 * chart sees it as a shift that stays for the hour and comes again with it. Thresholds are
 * calibrated on series that have such shifts. Immutable.
 */
public final class HourErrors {

  /** Of scores from which nothing is taken away. */
  public static final HourErrors NONE = new HourErrors(List.of(), new double[0]);

  /**
   * Values that an hour brings at most: excursions and windows are shorter, and a series of a given
   * length would see too few hours.
   */
  private static final double MOST_VALUES = 2000;

  /**
   * Errors that hours share: what the days of a week are wrong by, say, is the same for all hours
   * of a day. An offset's error is the sum over layers.
   *
   * @param group of each hour of the cycle, from 0
   * @param shares what of its group's error each hour has
   * @param errors standard error of each group, in units of scores
   */
  @SuppressWarnings("ArrayRecordComponent") // Not compared; not changed.
  record Layer(int[] group, double[] shares, double[] errors) {

    /** Of groups whose hours have all of the error. */
    static Layer whole(int[] group, double[] errors) {
      double[] shares = new double[group.length];
      Arrays.fill(shares, 1);
      return new Layer(group, shares, errors);
    }
  }

  private final List<Layer> layers;
  private final double[] values;

  /**
   * @param layers for hours in the order in which they follow each other in a cycle
   * @param values scores that each of these hours brings once, on average
   */
  HourErrors(List<Layer> layers, double[] values) {
    double most = 0;
    for (double count : values) {
      most = Math.max(most, count);
    }
    this.layers = List.copyOf(layers);
    this.values = values.clone();
    for (int i = 0; i < values.length; i++) {
      this.values[i] *= Math.min(1, MOST_VALUES / Math.max(1, most));
    }
  }

  /** The error of a typical score, in units of scores. */
  double typical() {
    double squares = 0;
    double count = 0;
    for (int i = 0; i < values.length; i++) {
      for (Layer layer : layers) {
        double error = layer.shares[i] * layer.errors[layer.group[i]];
        squares += error * error * values[i];
      }
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
    private final double[] drawn = new double[values.length];
    private int hour = values.length;
    private double left;

    private Path(SplittableRandom random) {
      this.random = random;
    }

    double next() {
      if (layers.isEmpty()) {
        return 0;
      }
      while (left < 1) {
        hour++;
        if (hour >= values.length) {
          draw();
          hour = 0;
        }
        left += values[hour];
      }
      left--;
      return drawn[hour];
    }

    private void draw() {
      Arrays.fill(drawn, 0);
      for (Layer layer : layers) {
        double[] errors = new double[layer.errors.length];
        for (int i = 0; i < errors.length; i++) {
          errors[i] = layer.errors[i] * random.nextGaussian();
        }
        for (int i = 0; i < drawn.length; i++) {
          drawn[i] += layer.shares[i] * errors[layer.group[i]];
        }
      }
      double sum = 0;
      double count = 0;
      for (int i = 0; i < drawn.length; i++) {
        sum += drawn[i] * values[i];
        count += values[i];
      }
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] -= sum / count;
      }
    }
  }
}
