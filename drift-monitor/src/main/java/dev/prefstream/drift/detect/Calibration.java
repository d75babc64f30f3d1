package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * Thresholds that keep a promised rate of false alarms, found by bootstrap on a reference.
 *
 * <p>Rare alarms are not waited for. A long bootstrapped series gives thousands of excursions; the
 * height of the highest of them is all but exponential (for cumulative sums see D. Siegmund,
 * "Sequential analysis" (1985), chapter 8; for the Kolmogorov-Smirnov distance its square is, for
 * the stability index and the mean discrepancy they themselves), so the threshold for the promised
 * rate is read off that tail.
 *
 * <p>A reference of n values knows the true mean only to a standard error, and a chart drawn about
 * a wrong mean alarms more often on one side than it gains on the other. The bootstrapped series
 * are therefore shifted by what that error may be, so the promise holds on average over references.
 */
final class Calibration {

  /**
   * Of the steps of a bootstrapped series, one in so many is the end of an excursion that counts.
   */
  private static final int CUSUM_TAIL = 2_400;

  private static final int SHIFTS = 60;
  private static final int MOST_PEAKS = 500;

  /** Fewer say nothing of the tail. */
  private static final int LEAST_PEAKS = 5;

  /** Rests for each peak, at least: further ones would not be of the tail. */
  private static final int SPARSE = 10;

  private static final int HALVINGS = 40;

  private static final double LEAST = 4;
  private static final long SEED = 0x5EEDL;

  private Calibration() {}

  /**
   * A chart with allowance {@code k} whose two sides together alarm without cause once in {@code
   * runLength} values on average.
   *
   * @param error standard error of the reference's mean
   * @param steps values to draw; at a run length of 100,000 its relative error is some 250 over
   *     their root
   */
  static Cusum.Params cusum(Sieve series, double k, double error, double runLength, int steps) {
    double rate = 0.5 / runLength;
    int tail = steps / CUSUM_TAIL;
    int most = Math.max(tail, (int) (rate * steps)) + 2;
    Heights up = new Heights(most);
    Heights down = new Heights(most);
    Sieve.Path path = series.path(SEED);
    for (int s = 0; s < SHIFTS; s++) {
      double shift = error * normalQuantile((s + 0.5) / SHIFTS);
      for (int i = 0; i < steps / SHIFTS; i++) {
        double z = path.next() + shift;
        up.add(z - k);
        down.add(-z - k);
      }
    }
    return new Cusum.Params(
        k,
        Math.max(LEAST, up.exceededAtRate(rate, tail)),
        Math.max(LEAST, down.exceededAtRate(rate, tail)));
  }

  /**
   * What a statistic of the last {@code window} values against a reference, looked at every {@code
   * step} values and begun anew after each alarm, exceeds without cause once in {@code runLength}
   * values on average.
   *
   * @param statistic without any value yet
   * @param values the reference in order, in [0, 1]
   * @param memory values that depend on each other: the length of the blocks drawn
   * @param drawn values to draw
   */
  static double window(
      WindowStatistic statistic,
      double[] values,
      int window,
      int step,
      int memory,
      double runLength,
      int drawn) {
    BlockBootstrap places = new BlockBootstrap(values.length, memory, drawn, window, SEED);
    double[] recent = new double[window];
    double[] path = new double[Math.max(1, drawn / step)];
    int read = 0;
    for (int i = 0; read < path.length; i++) {
      double value = values[places.next()];
      if (i >= window) {
        statistic.leave(recent[i % window]);
      }
      recent[i % window] = value;
      statistic.enter(value);
      if (i + 1 >= window && (i + 1) % step == 0) {
        path[read++] = statistic.read();
      }
    }
    return level(path, Math.max(1, window / step), runLength / step);
  }

  /**
   * The height above which a statistic alarms once in {@code runLength} of its readings, on
   * average.
   *
   * <p>Alarms are counted as they would be raised, so that readings that share values with those of
   * the alarm before count once. Heights that are seldom reached are read off the exponential tail
   * of the highest readings after each time that a lower height was reached (peaks over a
   * threshold: R. L. Smith, "Extreme value analysis of environmental time series", Statistical
   * Science 4 (1989)).
   *
   * @param path readings while nothing has changed
   * @param rest readings after an alarm that are none, since the statistic begins anew
   * @param runLength readings between two alarms, those that rest with them
   */
  static double level(double[] path, int rest, double runLength) {
    double expected = path.length / runLength;
    if (expected >= MOST_PEAKS) {
      return reachedSoOften(path, rest, expected);
    }
    int most = Math.max(1, path.length / (SPARSE * rest));
    int peaks = (int) Math.max(Math.ceil(expected), Math.min(MOST_PEAKS, most));
    double low = reachedSoOften(path, rest, peaks);
    double excess = 0;
    int reached = 0;
    for (int i = 0; i < path.length; i++) {
      if (path[i] > low) {
        double highest = path[i];
        for (int j = i; j < Math.min(path.length, i + rest); j++) {
          highest = Math.max(highest, path[j]);
        }
        excess += highest - low;
        reached++;
        i += rest - 1;
      }
    }
    if (reached < LEAST_PEAKS) {
      return 2 * Arrays.stream(path).max().orElse(0);
    }
    double rate = reached / (path.length - (double) reached * rest);
    double wanted = 1 / Math.max(runLength - rest, runLength / 2);
    return low + excess / reached * Math.max(0, Math.log(rate / wanted));
  }

  /** The height at which so many alarms are raised in a path, or as near to it as can be. */
  private static double reachedSoOften(double[] path, int rest, double alarms) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double reading : path) {
      low = Math.min(low, reading);
      high = Math.max(high, reading);
    }
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = (low + high) / 2;
      int raised = 0;
      for (int i = 0; i < path.length; i++) {
        if (path[i] > middle) {
          raised++;
          i += rest - 1;
        }
      }
      if (raised > alarms) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /**
   * The height exceeded with a probability, by the exponential tail of the highest excursions.
   *
   * @param sorted the highest of them in rising order, more than make the tail
   * @param count how many heights there are
   * @param highest how many make the tail
   * @param trials of which these are the heights, at least their number
   * @param probability that one trial exceeds it
   */
  private static double exceeded(
      double[] sorted, int count, int highest, double trials, double probability) {
    int tail = Math.max(1, Math.min(highest, count / 4));
    if (count < 20) {
      return sorted.length == 0 ? 0 : 2 * sorted[sorted.length - 1];
    }
    double from = sorted[sorted.length - tail - 1];
    if (tail / trials <= probability) {
      return sorted[Math.max(0, sorted.length - 1 - (int) (probability * trials))];
    }
    double excess = 0;
    for (int i = sorted.length - tail; i < sorted.length; i++) {
      excess += (sorted[i] - from) / tail;
    }
    return from + excess * Math.log(tail / trials / probability);
  }

  /**
   * Quantile of the standard normal distribution, to 5e-4 (Abramowitz and Stegun 26.2.23).
   *
   * @param p in (0, 1)
   */
  static double normalQuantile(double p) {
    double t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
    double x =
        t
            - (2.515517 + t * (0.802853 + t * 0.010328))
                / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    return p < 0.5 ? -x : x;
  }

  /** Highest points of a cumulative sum between its zeros, of which the highest are kept. */
  private static final class Heights {

    private final int most;
    private final double[] kept;
    private int filled;
    private double lowest;
    private int count;
    private int steps;
    private double sum;
    private double highest;

    Heights(int most) {
      this.most = most;
      this.kept = new double[2 * most];
    }

    void add(double step) {
      steps++;
      sum += step;
      if (sum > 0) {
        highest = Math.max(highest, sum);
        return;
      }
      sum = 0;
      if (highest > 0) {
        count++;
        keep(highest);
        highest = 0;
      }
    }

    private void keep(double height) {
      if (height <= lowest) {
        return;
      }
      if (filled == kept.length) {
        lowest = leaveTheHighest();
      }
      kept[filled++] = height;
    }

    private double leaveTheHighest() {
      Arrays.sort(kept, 0, filled);
      System.arraycopy(kept, filled - most, kept, 0, most);
      filled = most;
      return kept[0];
    }

    double exceededAtRate(double rate, int tail) {
      Arrays.sort(kept, 0, filled);
      double[] sorted = Arrays.copyOf(kept, filled);
      return exceeded(sorted, count, tail, steps, rate);
    }
  }
}
