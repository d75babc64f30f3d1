package dev.prefstream.cli.evaluate.statistics;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How good the responses are that some rule chooses, one of a few for each question. Where a rule
 * finds several equally strong, each of them counts with an equal share, as if drawn by chance.
 *
 * @param best for each question, the chance that what is chosen has the best rating
 * @param ratings for each question, the rating to be expected of what is chosen
 * @param lowest the lowest rating of any response, chosen or not
 * @param highest the highest rating of any response
 */
public record Choices(double[] best, double[] ratings, double lowest, double highest) {

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
    DoubleSummaryStatistics all =
        rated.stream().flatMapToDouble(DoubleStream::of).summaryStatistics();
    return new Choices(best, ratings, all.getMin(), all.getMax());
  }

  /**
   * Share of questions whose choice is rated best, with Wilson's interval. It takes a choice among
   * equally strong ones for one draw, and so is wider than it need be where there are many.
   */
  public Estimate shareBest() {
    return Wilson.share(DoubleStream.of(best).sum(), best.length);
  }

  /**
   * Mean rating of the choices. Its interval takes the scale to go from the lowest to the highest
   * rating of any response; it has no bounds where all are rated alike.
   */
  public Estimate meanRating() {
    return GuardedMean.of(ratings, lowest, highest);
  }

  /** How much more often than another rule on the same questions, in [-1, 1]; kept in pairs. */
  public Estimate bestLess(Choices other) {
    double[] gaps = new double[best.length];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = best[i] - other.best[i];
    }
    Estimate gap = GuardedMean.of(gaps, -1, 1);
    return new Estimate(gap.value(), Math.max(-1, gap.low()), Math.min(1, gap.high()));
  }

  private static double max(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
