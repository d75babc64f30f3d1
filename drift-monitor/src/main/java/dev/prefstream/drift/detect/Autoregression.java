package dev.prefstream.drift.detect;

import java.util.List;

/**
 * What a value keeps of its predecessor's distance from the level, by estimates that changes of
 * level mislead more or less. The regression over the whole series is the surest, but takes each
 * change of level for persistence; the ratio of differences over two and over one value is not
 * misled by changes, but has twice the variance where values are independent, and twenty times
 * where the coefficient is 0.9 (S. Chakar and others, "A robust approach for estimating
 * change-points in the mean of an AR(1) process", Bernoulli 23 (2017)). Where the two differ by no
 * more than chance, nothing speaks for changes and the first is taken, else the second: J. A.
 * Hausman, "Specification tests in econometrics", Econometrica 46 (1978). That test sees little
 * where autocorrelation is strong, so before it the place is looked for where one change explains
 * most, and the regression on two levels is taken when they differ far beyond what it leaves to
 * chance: D. W. K. Andrews, "Tests for parameter instability and structural change with unknown
 * change point", Econometrica 61 (1993).
 *
 * @param variance of single values, at least 0
 * @param coefficient of the first order, in [0, 0.998]; 0 where independence is not excluded
 * @param settled whether the autoregression alone explains how the level moves
 * @param walks whether the series is not told from a random walk, at a level of 0.05
 */
record Autoregression(double variance, double coefficient, boolean settled, boolean walks) {

  /** Standard errors by which estimates must differ from each other, or from 0, to be different. */
  private static final double SURE = 2;

  private static final double MOST = 0.998;
  private static final double WEAK = 0.3;

  /** From here on the mean of 50 values differs less from the value before than from the level. */
  private static final double LONG = 0.97;

  /**
   * Standard errors between two levels. Of columns without a change, autocorrelated by 0.9, less
   * than one in thirty has 5; of random walks of 300 rows one in thirty has 6.
   */
  private static final double FAR = 6;

  /** Values on a level, at least, where one change is looked for. */
  private static final int LEAST = 12;

  /**
   * Of rows times what the coefficient lacks to one, the 0.05 quantile where it lacks nothing: D.
   * A. Dickey and W. A. Fuller, "Distribution of the estimators for autoregressive time series with
   * a unit root", JASA 74 (1979), with a mean that is estimated.
   */
  private static final double UNIT_ROOT = 14.1;

  /**
   * Fits it.
   *
   * @param breaks where new levels begin, in rising order
   * @param discrete whether the series has few distinct values
   */
  static Autoregression fit(double[] values, List<Integer> breaks, boolean discrete) {
    double one = Differences.meanSquare(values, 1, discrete);
    double near = one > 0 ? Differences.meanSquare(values, 2, discrete) / one - 1 : 0;
    Autoregression found = of(values, breaks, one, near);
    if (!breaks.isEmpty() || values.length < 2 * LEAST) {
      return found;
    }
    double[] sums = Noise.sums(values);
    int since = since(sums);
    Autoregression changed = of(values, List.of(since), one, near);
    double far = FAR * changed.ofShift(since, values.length - since);
    return changed.settled && Math.abs(shift(sums, since)) > far
        ? new Autoregression(changed.variance, changed.coefficient, false, false)
        : found;
  }

  /** Where two levels explain most of the series' variance. */
  private static int since(double[] sums) {
    int n = sums.length - 1;
    int since = LEAST;
    double most = 0;
    for (int at = LEAST; at <= n - LEAST; at++) {
      double shift = shift(sums, at);
      double explained = shift * shift * at * (n - at);
      if (explained > most) {
        most = explained;
        since = at;
      }
    }
    return since;
  }

  private static double shift(double[] sums, int since) {
    int n = sums.length - 1;
    return (sums[n] - sums[since]) / (n - since) - sums[since] / since;
  }

  /** Standard error of the difference of the means of two long runs of so many values. */
  private double ofShift(int before, int after) {
    return Math.sqrt(ofMean(before) + ofMean(after));
  }

  /**
   * By both estimates.
   *
   * @param one mean square of the differences of neighbours
   * @param near the coefficient by differences
   */
  private static Autoregression of(double[] values, List<Integer> breaks, double one, double near) {
    int n = values.length;
    double regression = regression(values, breaks);
    if (!(one > 0) || Double.isNaN(regression)) {
      return new Autoregression(one / 2, 0, true, false);
    }
    double whole = unbiased(regression, n, breaks.size() + 1);
    // The difference of their variances, which for the first is (1 - c^2) / n, for the second
    // 2 (1 + c) / n.
    boolean settled = whole - near < SURE * (1 + whole) / Math.sqrt(n);
    double found = settled ? whole : near;
    double error =
        Math.sqrt((settled ? Math.max(0, 1 - whole * whole) : 2 * (1 + Math.max(0, near))) / n);
    boolean walks = settled && breaks.isEmpty() && n * (1 - regression) < UNIT_ROOT;
    double coefficient = found < SURE * error ? 0 : Math.min(MOST, found);
    return new Autoregression(one / 2 / (1 - coefficient), coefficient, settled, walks);
  }

  /** Whether a value keeps little enough for the next to be taken as independent. */
  boolean isWeak() {
    return coefficient <= WEAK;
  }

  /** Whether values come back to the level so late that the last ones are the better baseline. */
  boolean staysLong() {
    return coefficient >= LONG;
  }

  /** Variance of the mean of so many neighbours. */
  double ofMean(int size) {
    double rest = 1 - coefficient;
    return variance / size * ((1 + coefficient) / rest - 2 * coefficient * faded(size) / rest);
  }

  /** Covariance of the means of two runs of so many values, one right after the other. */
  double shared(int size, int next) {
    return variance * coefficient * faded(size) * faded(next);
  }

  /** Mean of the correlations of a value with itself and those that follow, so many in all. */
  double faded(int size) {
    return (1 - Math.pow(coefficient, size)) / (size * (1 - coefficient));
  }

  /** Of each value on the one before, both less the mean of their level. NaN for constants. */
  private static double regression(double[] values, List<Integer> breaks) {
    double products = 0;
    double squares = 0;
    int from = 0;
    for (int part = 0; part <= breaks.size(); part++) {
      int to = part < breaks.size() ? breaks.get(part) : values.length;
      double mean = 0;
      for (int i = from; i < to; i++) {
        mean += values[i] / (to - from);
      }
      for (int i = from; i + 1 < to; i++) {
        double value = values[i] - mean;
        double next = values[i + 1] - mean;
        products += value * next;
        squares += (value * value + next * next) / 2;
      }
      from = to;
    }
    return squares > 0 ? products / squares : Double.NaN;
  }

  /**
   * Without what estimated means take from it: F. H. C. Marriott and J. A. Pope, "Bias in the
   * estimation of autocorrelations", Biometrika 41 (1954).
   */
  private static double unbiased(double regression, int n, int means) {
    return (n * regression + means) / Math.max(1, n - means - 2);
  }
}
