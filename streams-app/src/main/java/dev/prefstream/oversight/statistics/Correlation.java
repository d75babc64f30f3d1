package dev.prefstream.oversight.statistics;

import java.util.Optional;

/**
 * A correlation coefficient with the number of pairs it is of. Of two properties that hold or do
 * not, Pearson's is the phi coefficient. Intervals by R. A. Fisher (1921), "On the probable error
 * of a coefficient of correlation deduced from a small sample", Metron 1, p. 3-32.
 *
 * @param value in [-1, 1]
 * @param pairs at least 4
 */
public record Correlation(double value, long pairs) {

  /** Least number of pairs for which an interval exists. */
  private static final long FEWEST = 4;

  /** Fisher's transform of 1 is infinite. */
  private static final double ALMOST_ONE = 1 - 1e-12;

  /**
   * Phi of two properties.
   *
   * @param both pairs that have both
   * @param first pairs that have the first
   * @param second pairs that have the second
   * @return empty with fewer than 4 pairs, or where all or none have one of the properties
   */
  public static Optional<Correlation> phi(long both, long first, long second, long all) {
    return pearson(first, first, second, second, both, all);
  }

  /**
   * Pearson's coefficient from sums over pairs.
   *
   * @return empty with fewer than 4 pairs, or where one side does not vary
   */
  public static Optional<Correlation> pearson(
      double sumX, double sumXx, double sumY, double sumYy, double sumXy, long pairs) {
    double varianceX = pairs * sumXx - sumX * sumX;
    double varianceY = pairs * sumYy - sumY * sumY;
    if (pairs < FEWEST || varianceX <= 0 || varianceY <= 0) {
      return Optional.empty();
    }
    double value = (pairs * sumXy - sumX * sumY) / Math.sqrt(varianceX) / Math.sqrt(varianceY);
    return Optional.of(new Correlation(Math.max(-1, Math.min(1, value)), pairs));
  }

  /**
   * @param z quantile of the standard normal distribution
   */
  public Interval interval(double z) {
    double reach = z / Math.sqrt(pairs - 3);
    return new Interval(Math.tanh(transformed() - reach), Math.tanh(transformed() + reach));
  }

  /**
   * Whether this is farther from zero than the other by more than chance explains.
   *
   * @param z quantile of the standard normal distribution
   */
  public boolean isStronger(Correlation other, double z) {
    double growth = Math.abs(transformed()) - Math.abs(other.transformed());
    return growth > z * Math.sqrt(1.0 / (pairs - 3) + 1.0 / (other.pairs - 3));
  }

  private double transformed() {
    double bounded = Math.max(-ALMOST_ONE, Math.min(ALMOST_ONE, value));
    return 0.5 * Math.log((1 + bounded) / (1 - bounded));
  }
}
