package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;

/**
 * How far the mean of m neighbouring values wanders by itself, for every m: what a change must
 * exceed. White noise gives {@code sd^2 / m}, autocorrelation more, a wandering level more and more
 * with m; nothing is assumed beyond that changes are few.
 *
 * <p>Taken from differences of neighbouring blocks' means, the variance of D. W. Allan, "Statistics
 * of atomic frequency standards", Proceedings of the IEEE 54 (1966), by their median, so that the
 * few pairs that a change of level parts do not count; and never below an autoregression of the
 * first order, whose coefficient comes from differences over one and two values, likewise by
 * medians (S. Chakar and others, "A robust approach for estimating change-points in the mean of an
 * AR(1) process", Bernoulli 23 (2017)).
 */
final class Noise {

  /** Changes that a series may have without being taken for noise. */
  private static final int CHANGES = 8;

  private static final int LEAST_PAIRS = 10;
  private static final int MOST_DIFFERENCES = 200_000;
  private static final int MOST_LEVELS = 20;
  private static final int FEW_DISTINCT = 20;

  private final double variance;
  private final double coefficient;

  /** Variance of the mean of 1, 2, 4, 8, ... values. */
  private final double[] variances;

  private Noise(double variance, double coefficient, double[] variances) {
    this.variance = variance;
    this.coefficient = coefficient;
    this.variances = variances;
  }

  /** Of a series of at least 4 values; all zero when it is constant. */
  static Noise fit(double[] values) {
    return fit(values, List.of());
  }

  /**
   * Of a series of at least 4 values whose changes are known.
   *
   * @param breaks where new levels begin, in rising order; blocks that one parts are left out
   */
  static Noise fit(double[] values, List<Integer> breaks) {
    int n = values.length;
    double[] sums = sums(values);
    boolean discrete =
        Arrays.stream(values).distinct().limit(FEW_DISTINCT + 1).count() <= FEW_DISTINCT;
    double one = spread(differences(values, 1), discrete, 0.5);
    double two = spread(differences(values, 2), discrete, 0.5);
    double coefficient = one > 0 ? two / one - 1 : 0;
    // Near one it is a random walk, of which the blocks tell all.
    if (coefficient < 2.5 / Math.sqrt(n) || coefficient > 0.95) {
      coefficient = 0;
    }
    double variance = one / 2 / (1 - coefficient);
    int levels = 1;
    while (levels < MOST_LEVELS && n >> levels >= 2 * LEAST_PAIRS) {
      levels++;
    }
    double[] variances = new double[levels];
    Noise white = new Noise(variance, coefficient, new double[0]);
    for (int level = 0; level < levels; level++) {
      int size = 1 << level;
      double model = white.autoregressive(size);
      double found =
          spread(blocks(sums, size, breaks), discrete && size < 32, undisturbed(size, n)) / 2;
      // Medians of few blocks are uncertain: the model stands until they clearly exceed it.
      double sure = 1 + 3 / Math.sqrt((double) n / (2 * size));
      variances[level] = found > sure * model ? found : model;
    }
    return new Noise(variance, coefficient, variances);
  }

  /** Standard deviation of single values. */
  double deviation() {
    return Math.sqrt(variance);
  }

  /** Variance of the mean of {@code size} neighbours. */
  double ofMean(int size) {
    int level = 31 - Integer.numberOfLeadingZeros(size);
    int last = variances.length - 1;
    if (level >= last) {
      int from = 1 << last;
      if (last == 0 || variances[last] <= autoregressive(from)) {
        return autoregressive(size);
      }
      // Beyond what was seen it falls as fast as it did last, and never rises.
      double fall = Math.max(0.5, Math.min(1, variances[last] / variances[last - 1]));
      return variances[last] * Math.pow(fall, Math.log((double) size / from) / Math.log(2));
    }
    double part = (double) (size - (1 << level)) / (1 << level);
    return variances[level] + part * (variances[level + 1] - variances[level]);
  }

  /** Size of the blocks whose means wander least: more history makes a baseline no better. */
  int steadiest() {
    int best = 0;
    for (int level = 1; level < variances.length; level++) {
      if (variances[level] < variances[best]) {
        best = level;
      }
    }
    return best == variances.length - 1 ? Integer.MAX_VALUE : 1 << best;
  }

  /** Coefficient of the autoregression, in [0, 0.95]. */
  double coefficient() {
    return coefficient;
  }

  /** Whether neighbours are independent and the level does not wander, as far as can be told. */
  boolean isWhite() {
    return coefficient == 0 && steadiest() == Integer.MAX_VALUE;
  }

  private double autoregressive(int size) {
    double phi = coefficient;
    return variance
        / size
        * ((1 + phi) / (1 - phi)
            - 2 * phi * (1 - Math.pow(phi, size)) / (size * (1 - phi) * (1 - phi)));
  }

  static double[] sums(double[] values) {
    double[] sums = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      sums[i + 1] = sums[i] + values[i];
    }
    return sums;
  }

  private static double[] differences(double[] values, int lag) {
    double[] differences = new double[Math.max(0, values.length - lag)];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = values[i + lag] - values[i];
    }
    return differences;
  }

  /** Differences of neighbouring blocks' means, all but those that a break parts. */
  private static double[] blocks(double[] sums, int size, List<Integer> breaks) {
    int step = Math.max(Math.max(1, size / 4), sums.length / MOST_DIFFERENCES);
    double[] differences = new double[Math.max(0, (sums.length - 1 - 2 * size) / step + 1)];
    int kept = 0;
    int next = 0;
    for (int i = 0; i < differences.length; i++) {
      int at = i * step;
      while (next < breaks.size() && breaks.get(next) <= at) {
        next++;
      }
      if (next == breaks.size() || breaks.get(next) >= at + 2 * size) {
        differences[kept++] = (sums[at + 2 * size] - 2 * sums[at + size] + sums[at]) / size;
      }
    }
    return kept < LEAST_PAIRS && !breaks.isEmpty()
        ? blocks(sums, size, List.of())
        : Arrays.copyOf(differences, kept);
  }

  /** Share of pairs of blocks that no change parts, when there are as many as there may be. */
  private static double undisturbed(int size, int n) {
    return Math.max(0.5, Math.min(0.95, 1 - 2.0 * size * CHANGES / n));
  }

  /**
   * Variance of differences about zero, by the larger of their median and another quantile, each in
   * units of a normal's; of few distinct values by their mean.
   */
  private static double spread(double[] differences, boolean discrete, double level) {
    if (differences.length == 0) {
      return 0;
    }
    double[] sizes = Arrays.stream(differences).map(Math::abs).sorted().toArray();
    if (!discrete) {
      double median = Summary.quantile(sizes, 0.5) / Normal.quantile(0.75);
      double high = Summary.quantile(sizes, level) / Normal.quantile(0.5 + level / 2);
      if (high > 0) {
        return Math.max(median, high) * Math.max(median, high);
      }
    }
    return Arrays.stream(sizes).map(d -> d * d).average().orElse(0);
  }
}
