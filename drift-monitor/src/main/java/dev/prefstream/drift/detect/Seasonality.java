package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * The cycle of a series, found by its autocorrelation and taken away: from each value the median of
 * its place in the cycle, as in classical decomposition with medians for means (W. S. Cleveland and
 * others, "STL: a seasonal-trend decomposition procedure based on loess", Journal of Official
 * Statistics 6 (1990), takes the same two steps with smoothers).
 *
 * @param period values in a cycle; 0 for none
 */
record Seasonality(int period) {

  private static final int LEAST_PERIOD = 4;
  private static final int LEAST_CYCLES = 4;
  private static final double LEAST_CORRELATION = 0.4;
  private static final int MOST_LAGS = 3000;
  private static final int MOST_VALUES = 30_000;

  /** Finds the cycle in the first 30,000 values. Cycles of 4 to 3,000 values, seen four times. */
  static Seasonality find(double[] values) {
    int n = Math.min(values.length, MOST_VALUES);
    int most = Math.min(MOST_LAGS, n / LEAST_CYCLES);
    if (most < 2 * LEAST_PERIOD) {
      return new Seasonality(0);
    }
    double[] level = ranked(detrended(Arrays.copyOf(values, n)));
    double[] correlation = correlation(level, most);
    // A cycle shows as a peak after the correlation has been low in between.
    int best = 0;
    double bestCorrelation = LEAST_CORRELATION;
    double lowest = 1;
    for (int lag = 1; lag < most; lag++) {
      lowest = Math.min(lowest, correlation[lag]);
      boolean peak =
          correlation[lag] >= correlation[lag - 1] && correlation[lag] >= correlation[lag + 1];
      // A longer cycle, such as a week of days, must be clearly better than a shorter one.
      if (lag >= LEAST_PERIOD
          && peak
          && lowest < correlation[lag] / 2
          && correlation[lag] > (best == 0 ? bestCorrelation : bestCorrelation + 0.03)) {
        best = lag;
        bestCorrelation = correlation[lag];
      }
    }
    return new Seasonality(best);
  }

  /** The values less what their place in the cycle has in the median of all cycles. */
  double[] remove(double[] values) {
    if (period == 0) {
      return values;
    }
    double[] trendless = detrended(values);
    double[] place = new double[period];
    for (int p = 0; p < period; p++) {
      double[] same = new double[(values.length - p + period - 1) / period];
      for (int i = p, j = 0; i < values.length; i += period, j++) {
        same[j] = trendless[i];
      }
      Arrays.sort(same);
      place[p] = Summary.quantile(same, 0.5);
    }
    double[] removed = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      removed[i] = values[i] - place[i % period];
    }
    return evened(removed);
  }

  /** In units of how far its place in the cycle usually strays, for days are louder than nights. */
  private double[] evened(double[] removed) {
    double[] level = detrended(removed);
    double all = typical(level, 0, level.length, 1, 0);
    if (!(all > 0)) {
      return removed;
    }
    int reach = period / 48;
    double[] unit = new double[period];
    for (int p = 0; p < period; p++) {
      unit[p] = Math.max(all / 4, typical(level, p, level.length, period, reach));
    }
    double[] sorted = removed.clone();
    Arrays.sort(sorted);
    double centre = Summary.quantile(sorted, 0.5);
    double[] evened = new double[removed.length];
    for (int i = 0; i < removed.length; i++) {
      evened[i] = (removed[i] - centre) / unit[i % period];
    }
    return evened;
  }

  /** Median distance from zero of the values at a place in the cycle and its neighbours. */
  private static double typical(double[] values, int place, int end, int step, int reach) {
    double[] sizes = new double[(end / step + 2) * (2 * reach + 1)];
    int count = 0;
    for (int at = place; at < end; at += step) {
      for (int i = Math.max(0, at - reach); i <= Math.min(end - 1, at + reach); i++) {
        sizes[count++] = Math.abs(values[i]);
      }
    }
    double[] sorted = Arrays.copyOf(sizes, count);
    Arrays.sort(sorted);
    return Summary.quantile(sorted, 0.5);
  }

  /** Less the straight line through it, so that growth is not taken for a long cycle. */
  private static double[] detrended(double[] values) {
    int n = values.length;
    double mean = Reference.mean(values);
    double slope = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double at = i - (n - 1) / 2.0;
      slope += at * (values[i] - mean);
      squares += at * at;
    }
    slope = squares > 0 ? slope / squares : 0;
    double[] rest = new double[n];
    for (int i = 0; i < n; i++) {
      rest[i] = values[i] - mean - slope * (i - (n - 1) / 2.0);
    }
    return rest;
  }

  /** Within the middle nine tenths, so that a few extreme values do not hide a cycle. */
  private static double[] ranked(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double low = Summary.quantile(sorted, 0.05);
    double high = Summary.quantile(sorted, 0.95);
    return Arrays.stream(values).map(x -> Math.max(low, Math.min(high, x))).toArray();
  }

  private static double[] correlation(double[] values, int most) {
    double mean = Reference.mean(values);
    double[] centred = Arrays.stream(values).map(x -> x - mean).toArray();
    double variance = Arrays.stream(centred).map(x -> x * x).sum();
    double[] correlation = new double[most + 1];
    for (int lag = 0; lag <= most; lag++) {
      double sum = 0;
      for (int i = lag; i < centred.length; i++) {
        sum += centred[i] * centred[i - lag];
      }
      correlation[lag] =
          variance > 0 ? sum / variance * centred.length / (centred.length - lag) : 0;
    }
    return correlation;
  }
}
