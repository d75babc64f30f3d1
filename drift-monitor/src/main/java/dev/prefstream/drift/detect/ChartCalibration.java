package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the thresholds of a chart with allowance {@code k} whose two sides together alarm without
 * cause once in {@code runLength} values on average, by bootstrap on a reference.
 *
 * <p>Rare alarms are not waited for. A long bootstrapped series gives thousands of excursions; the
 * height of the highest of them is all but exponential (D. Siegmund, "Sequential analysis" (1985),
 * chapter 8), so the threshold for the promised rate is read off that tail.
 *
 * <p>A reference of n values knows the true mean only to a standard error, and a chart drawn about
 * a wrong mean alarms more often on one side than it gains on the other. The bootstrapped series
 * come from populations whose means are off by what that error may be, so the promise holds on
 * average over references.
 */
final class ChartCalibration extends Simulation {

  /**
   * Of the steps of a bootstrapped series, one in so many is the end of an excursion that counts.
   */
  private static final int TAIL = 2_400;

  /** Errors that the reference's mean may have, evenly from one side to the other. */
  private static final int SHIFTS = 30;

  /** The largest of them, in standard errors. */
  private static final double FURTHEST = 3.6;

  /** Fewer excursions say nothing. */
  private static final int LEAST_HEIGHTS = 20;

  /** Part of the allowance that is left of the largest shifts. */
  private static final double LEAST_SLACK = 0.1;

  private static final double LEAST = 4;
  private static final long SEED = 0x5EEDL;

  private final double k;
  private final double error;
  private final Bend bend;
  private final double typical;
  private final double rate;
  private final double heightError;
  private final int stretch;
  private final int tail;
  private final Sieve.Path path;
  private final HourErrors.Path hours;
  private final List<Stretch> up = new ArrayList<>(SHIFTS);
  private final List<Stretch> down = new ArrayList<>(SHIFTS);

  /**
   * @param error standard error of the reference's mean
   * @param hours what the offsets taken away may be wrong by
   * @param bend how the series answers to such an error
   * @param steps values to draw; at a run length of 100,000 the relative error of what is found is
   *     some 250 over their root
   */
  ChartCalibration(
      Sieve series,
      double k,
      double error,
      HourErrors hours,
      Bend bend,
      double runLength,
      int steps) {
    super(steps / SHIFTS * SHIFTS);
    this.k = k;
    this.error = error;
    this.bend = bend;
    this.typical = hours.typical();
    this.rate = 0.5 / runLength;
    this.heightError = series.heightError(k);
    this.stretch = steps / SHIFTS;
    this.tail = (int) Math.max(Math.max(1, stretch / TAIL), 2 * rate * stretch);
    this.path = series.path(SEED);
    this.hours = hours.path(SEED);
  }

  @Override
  void step(int number) {
    if (number % stretch == 0) {
      double errors = errors(number / stretch);
      double shift = error * errors;
      double variance = path.tilt(shift);
      up.add(new Stretch(errors, Math.max(LEAST_SLACK * k, k - shift) / variance, tail));
      down.add(new Stretch(errors, Math.max(LEAST_SLACK * k, k + shift) / variance, tail));
    }
    double z = path.next() + bend.rise(hours.next(), typical);
    up.get(up.size() - 1).add(z - k);
    down.get(down.size() - 1).add(-z - k);
  }

  /** When all is drawn. */
  Cusum.Params thresholds() {
    return new Cusum.Params(
        k,
        Math.max(LEAST, exceededAtRate(up, rate, heightError)),
        Math.max(LEAST, exceededAtRate(down, rate, heightError)));
  }

  /**
   * How far a component of the values rises on average with an error of what was taken from them,
   * to the second order.
   *
   * @param slope with the error
   * @param curve with its square
   */
  record Bend(double slope, double curve) {

    /** Twice by the curve: the reference's own values were brought nearer to the mean as much. */
    double rise(double error, double typical) {
      return slope * error + curve * (error * error + typical * typical);
    }
  }

  /**
   * The height that excursions exceed with a rate, averaged over stretches by their weights.
   *
   * <p>In each stretch the tail of heights is exponential, and the sharper the more the allowance
   * leaves of the shift and the less the values vary: in proportion, as for Brownian motion. The
   * factor is taken of all, each by how likely it is. One tail for all would be wrong: high
   * excursions come from the stretches with the largest shifts, the more so the higher they are.
   */
  private static double exceededAtRate(List<Stretch> stretches, double rate, double heightError) {
    double highest = 0;
    int heights = 0;
    for (Stretch stretch : stretches) {
      stretch.end();
      highest = Math.max(highest, stretch.highest());
      heights += stretch.count;
    }
    if (heights < LEAST_HEIGHTS) {
      return 2 * highest;
    }
    return heightAtRate(stretches, factor(stretches), rate, heightError, highest);
  }

  private static double factor(List<Stretch> stretches) {
    double count = 0;
    double excess = 0;
    for (Stretch stretch : stretches) {
      double weight = weight(stretch.errors);
      count += weight * stretch.tail;
      excess += weight * stretch.slack * stretch.excess;
    }
    return count / Math.max(excess, Double.MIN_NORMAL);
  }

  private static double heightAtRate(
      List<Stretch> stretches, double factor, double rate, double heightError, double highest) {
    return Bisection.of(
        0, 20 * highest, middle -> rateAbove(stretches, middle, factor, heightError) > rate);
  }

  /**
   * Excursions above a height, as a part of all values, averaged over what the shift may be and
   * what heights are wrong by.
   */
  private static double rateAbove(
      List<Stretch> stretches, double height, double factor, double heightError) {
    double found = 0;
    double weights = 0;
    for (int i = 0; i < SHIFTS; i++) {
      double errors = errors(i);
      double scale = Math.max(LEAST_SLACK, 1 + errors * heightError);
      // Where values vary more than the reference shows, its mean is off by more, too.
      double root = Math.sqrt(scale);
      double likely = weight(errors) / root;
      for (Stretch stretch : stretches) {
        double weight = likely * weight(stretch.errors / root);
        found += weight * stretch.rate(height / scale, factor);
        weights += weight;
      }
    }
    return found / weights;
  }

  /** Standard errors that something is off by, evenly from one side to the other. */
  private static double errors(int number) {
    return FURTHEST * (2 * (number + 0.5) / SHIFTS - 1);
  }

  /** How likely they are. */
  private static double weight(double errors) {
    return Math.exp(-errors * errors / 2);
  }

  /**
   * Highest points of a cumulative sum between its zeros, while the mean is off by one shift; the
   * highest are kept.
   */
  private static final class Stretch {

    private final double errors;
    private final double slack;
    private final int most;
    private final double[] kept;
    private int filled;
    private double lowest;
    private int count;
    private int steps;
    private double sum;
    private double top;

    /** Excursions in the tail, what they begin at, and by how much they exceed it together. */
    private int tail;

    private double from;
    private double excess;

    /**
     * @param errors standard errors of the shift
     * @param slack what the allowance leaves of it, over the variance
     * @param tail how many excursions make the tail
     */
    Stretch(double errors, double slack, int tail) {
      this.errors = errors;
      this.slack = slack;
      this.most = tail + 1;
      this.kept = new double[2 * most];
    }

    void add(double step) {
      steps++;
      sum += step;
      if (sum > 0) {
        top = Math.max(top, sum);
        return;
      }
      sum = 0;
      if (top > 0) {
        count++;
        keep(top);
        top = 0;
      }
    }

    private void keep(double height) {
      if (height <= lowest) {
        return;
      }
      if (filled == kept.length) {
        leaveTheHighest();
        lowest = kept[0];
      }
      kept[filled++] = height;
    }

    private void leaveTheHighest() {
      Arrays.sort(kept, 0, filled);
      int left = Math.min(filled, most);
      System.arraycopy(kept, filled - left, kept, 0, left);
      filled = left;
    }

    /** Nothing more comes. */
    void end() {
      leaveTheHighest();
      tail = Math.max(0, Math.min(filled - 1, count / 4));
      from = tail == 0 ? 0 : kept[filled - tail - 1];
      for (int i = filled - tail; i < filled; i++) {
        excess += kept[i] - from;
      }
    }

    double highest() {
      return filled == 0 ? 0 : kept[filled - 1];
    }

    /** Excursions above a height, as a part of all values. */
    double rate(double height, double factor) {
      return (double) tail / steps * Math.exp(-factor * slack * (height - from));
    }
  }
}
