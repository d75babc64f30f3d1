package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.evaluate.statistics.Association;
import dev.prefstream.cli.evaluate.statistics.Estimate;
import dev.prefstream.cli.evaluate.statistics.PairComparison;
import dev.prefstream.cli.evaluate.statistics.Reliability;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The figures of some pairs. Those that do not exist are NaN.
 *
 * @param n pairs
 * @param accuracy share in which the chosen response scores higher, ties one half; Wilson
 * @param ties pairs of equal scores
 * @param longerWins share of pairs of unequal length in which the longer scores higher; Wilson
 * @param longerChosen the same of people's choice
 * @param phiLength phi of score and length above their medians, over single responses
 * @param ece calibration error of the probability to be chosen, each pair both ways round
 * @param styleAlone accuracy of the rule that takes the response of more style
 * @param styleEqual accuracy among pairs of equal style
 * @param styleEqualPairs how many those are
 * @param styleBalanced mean accuracy where the chosen has more style and where it has less
 * @param controlled accuracy of score times style control
 */
record PairFigures(
    int n,
    Estimate accuracy,
    long ties,
    Estimate longerWins,
    Estimate longerChosen,
    double phiLength,
    double ece,
    Estimate styleAlone,
    Estimate styleEqual,
    int styleEqualPairs,
    Estimate styleBalanced,
    Estimate controlled) {

  static PairFigures of(List<ScoredPair> pairs, long seed) {
    List<PairComparison> compared = pairs.stream().map(ScoredPair::comparison).toList();
    List<PairComparison> equal = PairComparison.equalStyle(compared);
    return new PairFigures(
        pairs.size(),
        PairComparison.accuracy(compared),
        PairComparison.ties(compared),
        PairComparison.longerWins(compared),
        PairComparison.longerChosen(compared),
        Association.phiAboveMedians(
            both(
                pairs.stream().mapToDouble(ScoredPair::chosenScore),
                pairs.stream().mapToDouble(ScoredPair::rejectedScore)),
            both(
                pairs.stream().mapToDouble(ScoredPair::chosenLength),
                pairs.stream().mapToDouble(ScoredPair::rejectedLength))),
        Reliability.error(winProbabilities(pairs), chosenFirst(pairs.size())),
        PairComparison.styleAccuracy(compared),
        PairComparison.accuracy(equal),
        equal.size(),
        PairComparison.styleBalancedAccuracy(compared, seed),
        PairComparison.accuracy(
            pairs.stream()
                .map(pair -> new PairComparison(pair.controlledMargin(), 0, 0, 0))
                .toList()));
  }

  /** Of each pair's chosen response to be chosen, then of each rejected one. */
  static double[] winProbabilities(List<ScoredPair> pairs) {
    return both(
        pairs.stream().mapToDouble(pair -> logistic(pair.comparison().margin())),
        pairs.stream().mapToDouble(pair -> logistic(-pair.comparison().margin())));
  }

  /** True for as many, then false for as many. */
  static boolean[] chosenFirst(int pairs) {
    boolean[] labels = new boolean[2 * pairs];
    java.util.Arrays.fill(labels, 0, pairs, true);
    return labels;
  }

  static double[] both(DoubleStream first, DoubleStream second) {
    return DoubleStream.concat(first, second).toArray();
  }

  private static double logistic(double value) {
    return 1 / (1 + Math.exp(-value));
  }
}
