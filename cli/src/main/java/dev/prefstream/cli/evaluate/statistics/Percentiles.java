package dev.prefstream.cli.evaluate.statistics;

import java.util.Arrays;

/** The percentile interval of a bootstrap. */
final class Percentiles {

  private Percentiles() {}

  /**
   * The 0.025 and 0.975 quantiles, linear between neighbours (type 7 of Hyndman and Fan 1996).
   *
   * @param drawn values of the draws; those that are NaN are left out
   */
  static Estimate interval(double value, double[] drawn) {
    double[] known = Arrays.stream(drawn).filter(draw -> !Double.isNaN(draw)).sorted().toArray();
    return known.length == 0
        ? Estimate.NONE
        : new Estimate(value, quantile(known, 0.025), quantile(known, 0.975));
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
