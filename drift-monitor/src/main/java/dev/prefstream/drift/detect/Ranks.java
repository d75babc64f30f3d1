package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * A series by the ranks of its values, which makes whatever is computed of them independent of the
 * values' distribution: B. L. van der Waerden, "Order tests for the two-sample problem",
 * Indagationes Mathematicae 14 (1952). Equal values share the middle of their ranks.
 */
final class Ranks {

  private final double[] places;

  private Ranks(double[] places) {
    this.places = places;
  }

  static Ranks of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] places = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int first = firstNotBelow(sorted, values[i]);
      int last = firstNotBelow(sorted, Math.nextUp(values[i]));
      places[i] = (first + last) / 2.0 / values.length;
    }
    return new Ranks(places);
  }

  /** Quantiles of the standard normal distribution at the ranks. */
  double[] normalScores() {
    return Arrays.stream(places).map(Normal::quantile).toArray();
  }

  /** An orthonormal Legendre polynomial of the ranks; see {@link ShapeScores}. */
  double[] component(int degree) {
    return Arrays.stream(places).map(p -> legendre(degree, 2 * p - 1)).toArray();
  }

  private static double legendre(int degree, double x) {
    return switch (degree) {
      case 2 -> Math.sqrt(5) * (3 * x * x - 1) / 2;
      case 3 -> Math.sqrt(7) * (5 * x * x * x - 3 * x) / 2;
      case 4 -> 3 * (35 * x * x * x * x - 30 * x * x + 3) / 8;
      default -> throw new IllegalArgumentException("found degree " + degree + ", expected 2 to 4");
    };
  }

  private static int firstNotBelow(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
