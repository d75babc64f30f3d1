package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;

/**
 * What there is to say of a run of scores.
 *
 * @param count scores in it
 * @param mean their mean; NaN when there are none
 * @param sd standard deviation, n - 1 in the denominator; NaN below two scores
 * @param quantiles at {@link #LEVELS}, empty when there are no scores
 */
public record Summary(long count, double mean, double sd, List<Double> quantiles) {

  /** Levels of the quantiles. */
  public static final List<Double> LEVELS = List.of(0.05, 0.25, 0.5, 0.75, 0.95);

  public Summary {
    quantiles = List.copyOf(quantiles);
  }

  /**
   * Of exact scores. Quantiles interpolate linearly between order statistics (type 7 of Hyndman and
   * Fan, "Sample quantiles in statistical packages", 1996).
   */
  public static Summary of(double[] scores) {
    if (scores.length == 0) {
      return new Summary(0, Double.NaN, Double.NaN, List.of());
    }
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double mean = Arrays.stream(sorted).sum() / sorted.length;
    double squares = Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).sum();
    return new Summary(
        sorted.length,
        mean,
        sorted.length < 2 ? Double.NaN : Math.sqrt(squares / (sorted.length - 1)),
        LEVELS.stream().map(level -> quantile(sorted, level)).toList());
  }

  /** Quantile of sorted, non-empty scores. */
  static double quantile(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
