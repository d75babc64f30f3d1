package dev.prefstream.cli.evaluate.statistics;

import java.util.List;
import java.util.SplittableRandom;

/**
 * How good the responses are that some rule chooses, one of a few for each question. Where a rule
 * finds several equally strong, each of them counts with an equal share, as if drawn by chance.
 *
 * @param best for each question, the chance that what is chosen has the best rating
 * @param ratings for each question, the rating to be expected of what is chosen
 */
public record Choices(double[] best, double[] ratings) {

  /**
   * @param rated ratings of the responses, by question
   * @param strengths what the rule goes by, in the same form; the highest is chosen
   */
  public static Choices of(List<double[]> rated, List<double[]> strengths) {
    double[] best = new double[rated.size()];
    double[] ratings = new double[rated.size()];
    for (int i = 0; i < best.length; i++) {
      double strongest = max(strengths.get(i));
      double highest = max(rated.get(i));
      int chosen = 0;
      for (int j = 0; j < rated.get(i).length; j++) {
        if (strengths.get(i)[j] == strongest) {
          chosen++;
          best[i] += rated.get(i)[j] == highest ? 1 : 0;
          ratings[i] += rated.get(i)[j];
        }
      }
      best[i] /= chosen;
      ratings[i] /= chosen;
    }
    return new Choices(best, ratings);
  }

  /** Share of questions whose choice is rated best, with the interval of a bootstrap. */
  public Estimate best(long seed) {
    return mean(best, seed);
  }

  /** Mean rating of the choices, with the interval of a bootstrap. */
  public Estimate rating(long seed) {
    return mean(ratings, seed);
  }

  /** How much more often than another rule on the same questions; the bootstrap keeps pairs. */
  public Estimate bestLess(Choices other, long seed) {
    double[] gaps = new double[best.length];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = best[i] - other.best[i];
    }
    return mean(gaps, seed);
  }

  private static Estimate mean(double[] values, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[Ranking.DRAWS];
    for (int draw = 0; draw < drawn.length; draw++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      drawn[draw] = sum / values.length;
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return Percentiles.interval(sum / values.length, drawn);
  }

  private static double max(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
