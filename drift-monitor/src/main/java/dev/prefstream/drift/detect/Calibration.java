package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Thresholds that keep a promised rate of false alarms, found by bootstrap on a reference.
 *
 * <p>Rare alarms are not waited for. A long bootstrapped series gives thousands of excursions; the
 * height of the highest of them is all but exponential (for cumulative sums see D. Siegmund,
 * "Sequential analysis" (1985), chapter 8; for the Kolmogorov-Smirnov distance its square is), so
 * the threshold for the promised rate is read off that tail.
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
  private static final int WINDOW_STEPS = 1_000_000;
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
    Heights up = new Heights(Math.max(tail, (int) (rate * steps)) + 2);
    Heights down = new Heights(Math.max(tail, (int) (rate * steps)) + 2);
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
   * step} values, exceeds without cause once in {@code runLength} values on average.
   *
   * @param statistic with an exponential tail, of the kind that falls with the counts: the square
   *     of the Kolmogorov-Smirnov distance, or the stability index
   * @param values the reference in order, in [0, 1]
   * @param memory values that depend on each other: the length of the blocks drawn
   * @param part a part of the usual work, 1 for all of it, 10 for a tenth
   */
  static double window(
      ToDoubleFunction<double[]> statistic,
      double[] values,
      int window,
      int step,
      int memory,
      double runLength,
      int part) {
    SplittableRandom random = new SplittableRandom(SEED);
    int clusters = Math.max(1, WINDOW_STEPS / part / window);
    double[] highest = new double[clusters];
    double[] recent = new double[window];
    int filled = 0;
    int at = 0;
    int left = 0;
    for (int cluster = 0; cluster < clusters; cluster++) {
      for (int i = 0; i < window; i++) {
        if (left == 0) {
          at = random.nextInt(values.length);
          left = memory;
        }
        recent[filled % window] = values[at];
        at = at + 1 == values.length ? 0 : at + 1;
        left--;
        filled++;
        if (filled >= window && filled % step == 0) {
          highest[cluster] = Math.max(highest[cluster], statistic.applyAsDouble(recent));
        }
      }
    }
    Arrays.sort(highest);
    double level = exceeded(highest, clusters, clusters / 10, clusters, window / runLength);
    // The reference is a sample too: its own error comes on top of the window's.
    return level * (1 + (double) window / values.length);
  }

  /**
   * The height exceeded with a probability, by the exponential tail of the highest.
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
