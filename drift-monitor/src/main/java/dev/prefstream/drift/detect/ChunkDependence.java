package dev.prefstream.drift.detect;

/**
 * How chunks of embeddings depend on those before them, in the directions in which they vary most,
 * for these make the tail of the statistic.
 *
 * @param block chunks to draw together, see {@link BlockBootstrap}
 * @param lost how much larger the variance of a long average is than with such blocks, which cut
 *     what neighbours share
 */
record ChunkDependence(int block, double lost) {

  private static final int MOST_LAGS = 20;

  /** No less is believed of chunks that seem to balance each other. */
  private static final double LEAST_LOST = 0.8;

  /** Standard errors that count as more than chance. */
  private static final double SURE = 2;

  /** Length of blocks, in lags at which chunks depend on each other. */
  private static final int BLOCK = 10;

  static ChunkDependence of(double[][] departures) {
    int n = departures.length;
    double[][] turned = turned(departures);
    double whole = 0;
    for (int i = 0; i < n; i++) {
      whole += Vectors.product(departures[i], turned[i]);
    }
    if (!(whole > 0)) {
      return new ChunkDependence(1, 1);
    }
    int most = Math.min(MOST_LAGS, n / 4);
    double[] correlation = new double[most + 1];
    int lags = 0;
    for (int lag = 1; lag <= most; lag++) {
      double sum = 0;
      for (int i = lag; i < n; i++) {
        sum += Vectors.product(departures[i], turned[i - lag]);
      }
      correlation[lag] = sum / whole;
      if (lags == lag - 1 && correlation[lag] > SURE / Math.sqrt(n)) {
        lags = lag;
      }
    }
    int block = lags == 0 ? 1 : Math.max(1, Math.min(BLOCK * lags, n / 8));
    double all = 1;
    double kept = 1;
    for (int lag = 1; lag <= Math.max(1, lags); lag++) {
      all += 2 * correlation[lag];
      kept += 2 * correlation[lag] * Math.max(0, 1 - (double) lag / block);
    }
    return new ChunkDependence(block, Math.max(LEAST_LOST, all / kept));
  }

  /** Each times the covariance of all, so that a product weighs directions by their variance. */
  private static double[][] turned(double[][] departures) {
    int n = departures.length;
    int size = departures[0].length;
    double[][] covariance = new double[size][size];
    for (double[] x : departures) {
      for (int f = 0; f < size; f++) {
        for (int g = 0; g < size; g++) {
          covariance[f][g] += x[f] * x[g] / n;
        }
      }
    }
    double[][] turned = new double[n][size];
    for (int i = 0; i < n; i++) {
      for (int f = 0; f < size; f++) {
        turned[i][f] = Vectors.product(covariance[f], departures[i]);
      }
    }
    return turned;
  }
}
