package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;

/**
 * How far the mean of m neighbouring values wanders by itself, for every m: what a change must
 * exceed. White noise gives {@code sd^2 / m}, autocorrelation more, a wandering level more and more
 * with m; nothing is assumed beyond that changes are few.
 *
 * <p>It is that of an {@link Autoregression}, and what differences of neighbouring blocks' means
 * show beyond it: the variance of D. W. Allan, "Statistics of atomic frequency standards",
 * Proceedings of the IEEE 54 (1966), by their median, so that the few pairs that a change of level
 * parts do not count.
 */
final class Noise {

  /** Changes that a series may have without being taken for noise. */
  private static final int CHANGES = 8;

  private static final int LEAST_PAIRS = 10;
  private static final int MOST_DIFFERENCES = 200_000;
  private static final int MOST_LEVELS = 20;
  private static final int FEW_DISTINCT = 20;

  private final Autoregression model;

  /** Variance of the mean of 1, 2, 4, 8, ... values. */
  private final double[] variances;

  private Noise(Autoregression model, double[] variances) {
    this.model = model;
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
    Autoregression model = Autoregression.fit(values, breaks, discrete);
    int levels = 1;
    while (levels < MOST_LEVELS && n >> levels >= 2 * LEAST_PAIRS) {
      levels++;
    }
    double[] variances = new double[levels];
    for (int level = 0; level < levels; level++) {
      int size = 1 << level;
      double apart = model.ofMean(size) - model.shared(size, size);
      double found =
          spread(blocks(sums, size, breaks), discrete && size < 32, undisturbed(size, n)) / 2;
      // Medians of few blocks are uncertain: the model stands until they clearly exceed it.
      double sure = 1 + 3 / Math.sqrt((double) n / (2 * size));
      variances[level] = model.ofMean(size) + (found > sure * apart ? found - apart : 0);
    }
    return new Noise(model, variances);
  }

  /** Its autoregression. */
  Autoregression model() {
    return model;
  }

  /** Variance of the mean of {@code size} neighbours. */
  double ofMean(int size) {
    int level = 31 - Integer.numberOfLeadingZeros(size);
    int last = variances.length - 1;
    if (level >= last) {
      int from = 1 << last;
      if (last == 0 || !wanders()) {
        return model.ofMean(size);
      }
      // Beyond what was seen it falls as fast as it did last, and never rises.
      double fall = Math.max(0.5, Math.min(1, variances[last] / variances[last - 1]));
      return variances[last] * Math.pow(fall, Math.log((double) size / from) / Math.log(2));
    }
    double part = (double) (size - (1 << level)) / (1 << level);
    return variances[level] + part * (variances[level + 1] - variances[level]);
  }

  /**
   * Size of the blocks whose means wander least: more history makes a baseline no better. A walk's,
   * and what is near one, do the less the smaller they are.
   */
  int steadiest() {
    if (model.walks() || model.staysLong()) {
      return 1;
    }
    int best = 0;
    for (int level = 1; level < variances.length; level++) {
      if (variances[level] < variances[best]) {
        best = level;
      }
    }
    return best == variances.length - 1 ? Integer.MAX_VALUE : 1 << best;
  }

  /** Whether long means stray further than the autoregression says. */
  private boolean wanders() {
    int last = variances.length - 1;
    return variances[last] > model.ofMean(1 << last);
  }

  /** Whether neighbours are independent and the level does not wander, as far as can be told. */
  boolean isWhite() {
    return model.coefficient() == 0 && steadiest() == Integer.MAX_VALUE;
  }

  /** The same of {@link Autoregression#isWeak} in place of independent neighbours. */
  boolean isNearlyWhite() {
    return model.isWeak() && steadiest() == Integer.MAX_VALUE;
  }

  static double[] sums(double[] values) {
    double[] sums = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      sums[i + 1] = sums[i] + values[i];
    }
    return sums;
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
