package dev.prefstream.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;

/**
 * Repeated measurements of one thing.
 *
 * @param median middle value; the mean of the two middle ones where their number is even
 * @param count number of values, at least 1
 */
public record Summary(double median, double min, double max, int count) {

  /**
   * @param values at least one, none NaN
   */
  public static Summary of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("found no values, expected at least one");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (Arrays.stream(sorted).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("found NaN among " + values + ", expected numbers");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Summary(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
