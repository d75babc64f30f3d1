package dev.prefstream.cli.evaluate.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Two responses to one prompt, of which people chose the first.
 *
 * @param margin score of the chosen less that of the rejected one, on any rising scale
 * @param chosenLength code points
 * @param rejectedLength code points
 * @param styleGap style control of the chosen less that of the rejected one
 */
public record PairComparison(double margin, int chosenLength, int rejectedLength, double styleGap) {

  /** Within this much the style of two responses counts as equal. */
  public static final double EQUAL_STYLE = 0.05;

  /** Share of pairs in which the chosen response has the higher score; ties count one half. */
  public static Estimate accuracy(List<PairComparison> pairs) {
    return won(pairs, PairComparison::margin);
  }

  /** Pairs of equal scores. */
  public static long ties(List<PairComparison> pairs) {
    return pairs.stream().filter(pair -> pair.margin == 0).count();
  }

  /**
   * Share of the pairs of unequal length in which the longer response has the higher score; ties
   * count one half.
   */
  public static Estimate longerWins(List<PairComparison> pairs) {
    return won(
        pairs.stream().filter(pair -> pair.lengthGap() != 0).toList(),
        pair -> pair.margin * Math.signum(pair.lengthGap()));
  }

  /** Share of the pairs of unequal length in which people chose the longer response. */
  public static Estimate longerChosen(List<PairComparison> pairs) {
    return won(
        pairs.stream().filter(pair -> pair.lengthGap() != 0).toList(), PairComparison::lengthGap);
  }

  /** Accuracy of the rule that takes the response of more style; ties count one half. */
  public static Estimate styleAccuracy(List<PairComparison> pairs) {
    return won(pairs, PairComparison::styleGap);
  }

  /** Pairs whose responses are equal in style, within {@link #EQUAL_STYLE}. */
  public static List<PairComparison> equalStyle(List<PairComparison> pairs) {
    return pairs.stream().filter(pair -> Math.abs(pair.styleGap) <= EQUAL_STYLE).toList();
  }

  /**
   * Mean of the accuracy on pairs whose chosen response has more style and on those where it has
   * less: one half for every rule that looks at style alone. With the percentile interval of a
   * bootstrap over pairs. NaN when one of the two parts is empty.
   */
  public static Estimate styleBalancedAccuracy(List<PairComparison> pairs, long seed) {
    double value = styleBalanced(pairs);
    if (Double.isNaN(value)) {
      return Estimate.NONE;
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[Ranking.DRAWS];
    for (int draw = 0; draw < drawn.length; draw++) {
      List<PairComparison> sample = new ArrayList<>(pairs.size());
      for (int i = 0; i < pairs.size(); i++) {
        sample.add(pairs.get(random.nextInt(pairs.size())));
      }
      drawn[draw] = styleBalanced(sample);
    }
    return Percentiles.interval(value, drawn);
  }

  private int lengthGap() {
    return chosenLength - rejectedLength;
  }

  private static double styleBalanced(List<PairComparison> pairs) {
    double[] won = new double[2];
    long[] rows = new long[2];
    for (PairComparison pair : pairs) {
      if (pair.styleGap != 0) {
        int side = pair.styleGap > 0 ? 1 : 0;
        won[side] += pair.margin > 0 ? 1 : pair.margin == 0 ? 0.5 : 0;
        rows[side]++;
      }
    }
    return (won[0] / rows[0] + won[1] / rows[1]) / 2;
  }

  private static Estimate won(
      List<PairComparison> pairs, ToDoubleFunction<PairComparison> advantage) {
    double won = 0;
    for (PairComparison pair : pairs) {
      double gap = advantage.applyAsDouble(pair);
      won += gap > 0 ? 1 : gap == 0 ? 0.5 : 0;
    }
    return Wilson.share(won, pairs.size());
  }
}
