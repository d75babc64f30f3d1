package dev.prefstream.cli.evaluate.statistics;

/**
 * The mean of values that lie on a scale, with an interval that keeps its width where there are few
 * of them or all are equal: Student's interval of the values and of two more, one at each end of
 * the scale. For differences of paired outcomes, on a scale from -1 to 1, that is the interval of
 * D. G. Bonett and R. M. Price (2012), "Adjusted Wald confidence interval for a difference of
 * binomial proportions based on paired data", Journal of Educational and Behavioral Statistics 37,
 * p. 479-488, with Student's quantile in place of the normal one, which is too narrow for few.
 */
final class GuardedMean {

  private GuardedMean() {}

  /**
   * At 95 %. The interval may reach beyond the scale. Without bounds where the scale is one point.
   *
   * @param low lower end of the scale
   * @param high upper end of the scale
   */
  static Estimate of(double[] values, double low, double high) {
    if (values.length == 0) {
      return Estimate.NONE;
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    if (low == high) {
      return new Estimate(mean, Double.NaN, Double.NaN);
    }
    int rows = values.length + 2;
    double centre = (sum + low + high) / rows;
    double squares = square(low - centre) + square(high - centre);
    for (double value : values) {
      squares += square(value - centre);
    }
    double reach = StudentT.quantile975(rows - 1) * Math.sqrt(squares / (rows - 1) / rows);
    return new Estimate(mean, centre - reach, centre + reach);
  }

  private static double square(double value) {
    return value * value;
  }
}
