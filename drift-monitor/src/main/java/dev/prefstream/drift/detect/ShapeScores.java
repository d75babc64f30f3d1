package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores that change their mean when a distribution changes its shape, even while its mean and its
 * dispersion stay: the third and fourth orthonormal Legendre polynomials of the reference's own
 * distribution function at the value, standardised on the reference. These are the components of
 * the smooth test of J. Neyman, "Smooth test for goodness of fit", Skandinavisk Aktuarietidskrift
 * 20 (1937); the first two are left to the charts of mean and dispersion. The third grows when mass
 * moves from one flank to the other, the fourth when it leaves the shoulders for centre and ends.
 *
 * <p>The distribution function is linear between {@link #KNOTS} quantiles; a value that holds a
 * point mass is taken at the mass's middle.
 *
 * @param knots quantiles of the reference at equal steps from 0 to 1, in rising order
 * @param thirdMean mean of the third component on the reference
 * @param thirdSd its standard deviation, positive
 * @param fourthMean mean of the fourth component on the reference
 * @param fourthSd its standard deviation, positive
 */
public record ShapeScores(
    List<Double> knots, double thirdMean, double thirdSd, double fourthMean, double fourthSd) {

  /** Quantiles that stand for the distribution function. */
  static final int KNOTS = 65;

  public ShapeScores {
    knots = List.copyOf(knots);
    if (knots.size() < 2) {
      throw new IllegalArgumentException(
          "found %d knots, expected at least 2".formatted(knots.size()));
    }
  }

  /** Of a reference, at least two values. */
  static ShapeScores learn(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    List<Double> knots = new ArrayList<>(KNOTS);
    for (int i = 0; i < KNOTS; i++) {
      knots.add(Summary.quantile(sorted, (double) i / (KNOTS - 1)));
    }
    ShapeScores raw = new ShapeScores(knots, 0, 1, 0, 1);
    double[] third = Arrays.stream(values).map(raw::third).toArray();
    double[] fourth = Arrays.stream(values).map(raw::fourth).toArray();
    double thirdMean = Reference.mean(third);
    double fourthMean = Reference.mean(fourth);
    return new ShapeScores(
        knots,
        thirdMean,
        Reference.deviation(third, thirdMean),
        fourthMean,
        Reference.deviation(fourth, fourthMean));
  }

  /** The third component, standardised. */
  double third(double value) {
    double x = 2 * below(value) - 1;
    return (Math.sqrt(7) * (5 * x * x * x - 3 * x) / 2 - thirdMean) / thirdSd;
  }

  /** The fourth component, standardised. */
  double fourth(double value) {
    double square = below(value);
    square = (2 * square - 1) * (2 * square - 1);
    return (3 * (35 * square * square - 30 * square + 3) / 8 - fourthMean) / fourthSd;
  }

  /** Share of the reference below a value, in [0, 1]. */
  private double below(double value) {
    int first = firstNotBelow(value);
    int last = knots.size() - 1;
    if (first > last) {
      return 1;
    }
    if (knots.get(first) > value) {
      if (first == 0) {
        return 0;
      }
      double from = knots.get(first - 1);
      return (first - 1 + (value - from) / (knots.get(first) - from)) / last;
    }
    int end = first;
    while (end < last && knots.get(end + 1) == value) {
      end++;
    }
    return (first + end) / 2.0 / last;
  }

  private int firstNotBelow(double value) {
    int low = 0;
    int high = knots.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (knots.get(middle) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
