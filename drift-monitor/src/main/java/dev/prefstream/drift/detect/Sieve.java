package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Endless series that look like a given one: an autoregression is fitted, its residuals are drawn
 * in blocks, and the autoregression is run over them again. The residuals' blocks keep what
 * dependence the autoregression leaves; the autoregression needs far shorter series than blocks of
 * the raw values would.
 *
 * <p>P. Buehlmann, "Sieve bootstrap for time series", Bernoulli 3 (1997); A. C. Davison and D. V.
 * Hinkley, "Bootstrap methods and their application" (1997), section 8.2.3 (post-blackening); H. R.
 * Kuensch, "The jackknife and the bootstrap for general stationary observations", Annals of
 * Statistics 17 (1989) for blocks.
 */
final class Sieve {

  private static final int BLOCK = 10;
  private static final int MOST_LAGS = 20;
  private static final int LAGS_IN_A_BLOCK = 40;
  private static final int LEAST_BLOCKS = 50;

  private final double[] coefficients;
  private final double[] residuals;
  private final double mean;
  private final double gain;
  private final double longRunVariance;

  /**
   * @param gain what of a shift of the series is in the residuals
   */
  private Sieve(
      double[] coefficients, double[] residuals, double mean, double gain, double longRunVariance) {
    this.coefficients = coefficients;
    this.residuals = residuals;
    this.mean = mean;
    this.gain = gain;
    this.longRunVariance = longRunVariance;
  }

  /**
   * Fits the series; the order is chosen by Akaike's criterion, with a heavier penalty. At least
   * two values.
   */
  static Sieve fit(double[] series) {
    int n = series.length;
    double mean = Arrays.stream(series).average().orElse(0);
    int lags = Math.max(0, Math.min(MOST_LAGS, n / 20));
    double[] covariance = new double[lags + 1];
    for (int lag = 0; lag <= lags; lag++) {
      double sum = 0;
      for (int i = lag; i < n; i++) {
        sum += (series[i] - mean) * (series[i - lag] - mean);
      }
      covariance[lag] = sum / n;
    }
    double[] phi = covariance[0] > 0 ? levinsonDurbin(covariance, n) : new double[0];
    double[] residuals = new double[n - phi.length];
    for (int i = phi.length; i < n; i++) {
      double expected = 0;
      for (int j = 0; j < phi.length; j++) {
        expected += phi[j] * (series[i - 1 - j] - mean);
      }
      residuals[i - phi.length] = series[i] - mean - expected;
    }
    double centre = Arrays.stream(residuals).average().orElse(0);
    double variance = 0;
    for (int i = 0; i < residuals.length; i++) {
      residuals[i] -= centre;
      variance += residuals[i] * residuals[i] / residuals.length;
    }
    double gain = 1 - Arrays.stream(phi).sum();
    return new Sieve(phi, residuals, mean, gain, variance / (gain * gain));
  }

  /** Variance of the series' mean times its length: the variance itself for independent values. */
  double longRunVariance() {
    return longRunVariance;
  }

  /**
   * Standard error of the heights that a chart of the series reaches, as a part of them. They are
   * in proportion to {@link #longRunVariance}, whose error is that of the variance of overlapping
   * blocks' sums (Kuensch), and that of an autoregression's coefficients at frequency zero (K. N.
   * Berk, "Consistent autoregressive spectral estimates", Annals of Statistics 2 (1974)), more
   * where these are near one. And they grow with the sums' skewness, the more the larger the
   * allowance: by two thirds of it times the allowance over the sums' deviation, from the second
   * term of Cramer's exponent (D. Siegmund, "Sequential analysis" (1985), chapter 8).
   *
   * @param k the chart's allowance
   */
  double heightError(double k) {
    double blocks = 4.0 / 3 * BLOCK;
    double autoregression = 4.0 * coefficients.length * Math.max(1, (2 - gain) / gain);
    double turn = longRunVariance > 0 ? 2.0 / 3 * k * Math.sqrt(BLOCK / longRunVariance) : 0;
    double skewness = turn * turn * 3 * BLOCK;
    return Math.sqrt((blocks + autoregression + skewness) / residuals.length);
  }

  /**
   * How many values to draw together where a series is drawn in blocks of its own: 1 when they are
   * independent, else so many that little of what neighbours share is cut.
   */
  int memory() {
    int most = Math.max(BLOCK, residuals.length / LEAST_BLOCKS);
    return Math.max(1, Math.min(most, LAGS_IN_A_BLOCK * coefficients.length));
  }

  /** A series without end. */
  Path path(long seed) {
    return new Path(new SplittableRandom(seed));
  }

  /** One series; call {@link #next}. */
  final class Path {

    private final SplittableRandom random;
    private final double[] past = new double[coefficients.length];

    /**
     * How likely a block is to be taken that was drawn, by its first residual; empty for surely.
     */
    private double[] taken = new double[0];

    private double rest;
    private int at;
    private int left;

    private Path(SplittableRandom random) {
      this.random = random;
      for (int i = 0; i < 20 * coefficients.length; i++) {
        next();
      }
    }

    /**
     * From now on it is a series from another population, of which the given one could be a sample:
     * the blocks are drawn with other weights, in proportion to their sums, so that the mean is off
     * by so much, and the other moments by what goes with that.
     *
     * @return variance of long averages, as a part of what it is without
     */
    double tilt(double shift) {
      int n = residuals.length;
      double[] sums = new double[n];
      double sum = 0;
      for (int i = 0; i < BLOCK - 1; i++) {
        sum += residuals[i % n];
      }
      double square = 0;
      for (int i = 0; i < n; i++) {
        sum += residuals[(i + BLOCK - 1) % n];
        sums[i] = sum;
        sum -= residuals[i];
        square += sums[i] * sums[i] / n;
      }
      double wanted = BLOCK * shift * gain;
      if (!(square > 0)) {
        rest = wanted / BLOCK;
        return 1;
      }
      taken = new double[n];
      double largest = 0;
      double weights = 0;
      double mean = 0;
      double moment = 0;
      for (int i = 0; i < n; i++) {
        taken[i] = Math.max(0, 1 + wanted / square * sums[i]);
        largest = Math.max(largest, taken[i]);
        weights += taken[i];
        mean += taken[i] * sums[i];
        moment += taken[i] * sums[i] * sums[i];
      }
      mean /= weights;
      for (int i = 0; i < n; i++) {
        taken[i] /= largest;
      }
      // What weights that may not be negative leave out.
      rest = (wanted - mean) / BLOCK;
      return (moment / weights - mean * mean) / square;
    }

    private int block() {
      int first = random.nextInt(residuals.length);
      while (taken.length > 0 && random.nextDouble() >= taken[first]) {
        first = random.nextInt(residuals.length);
      }
      return first;
    }

    double next() {
      if (left == 0) {
        at = block();
        left = BLOCK;
      }
      double value = residuals[at] + rest;
      at = at + 1 == residuals.length ? 0 : at + 1;
      left--;
      for (int j = 0; j < past.length; j++) {
        value += coefficients[j] * past[j];
      }
      for (int j = past.length - 1; j > 0; j--) {
        past[j] = past[j - 1];
      }
      if (past.length > 0) {
        past[0] = value;
      }
      return mean + value;
    }
  }

  /** Yule-Walker coefficients of the order with the least Akaike criterion. */
  private static double[] levinsonDurbin(double[] covariance, int n) {
    double[] phi = new double[0];
    double[] best = phi;
    double error = covariance[0];
    double bestCriterion = n * Math.log(error);
    for (int order = 1; order < covariance.length; order++) {
      double sum = covariance[order];
      for (int j = 0; j < phi.length; j++) {
        sum -= phi[j] * covariance[order - 1 - j];
      }
      double reflection = sum / error;
      double[] next = new double[order];
      for (int j = 0; j < phi.length; j++) {
        next[j] = phi[j] - reflection * phi[phi.length - 1 - j];
      }
      next[order - 1] = reflection;
      phi = next;
      error *= 1 - reflection * reflection;
      if (!(error > 1e-12 * covariance[0])) {
        break;
      }
      // Four for each coefficient in place of Akaike's two: independent values stay independent.
      double criterion = n * Math.log(error) + 4 * order;
      if (criterion < bestCriterion) {
        bestCriterion = criterion;
        best = phi;
      }
    }
    return best;
  }
}
