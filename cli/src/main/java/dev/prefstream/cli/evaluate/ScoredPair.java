package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.evaluate.statistics.PairComparison;
import java.util.Map;

/**
 * Two responses to a prompt with what the model says of them; people chose the first.
 *
 * @param comparison by calibrated logit, so that the logistic function of its margin is the
 *     probability that people choose the first
 * @param controlledMargin difference of score times style control: by which the stream ranks
 * @param groups value of each of {@link Groups#KEYS}
 */
record ScoredPair(
    PairComparison comparison,
    double chosenScore,
    double rejectedScore,
    double controlledMargin,
    Map<String, String> groups,
    boolean truncated) {

  int chosenLength() {
    return comparison.chosenLength();
  }

  int rejectedLength() {
    return comparison.rejectedLength();
  }
}
