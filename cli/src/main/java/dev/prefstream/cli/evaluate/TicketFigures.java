package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.evaluate.statistics.Confusion;
import dev.prefstream.cli.evaluate.statistics.Estimate;
import dev.prefstream.cli.evaluate.statistics.HeldEqual;
import dev.prefstream.cli.evaluate.statistics.Ranking;
import dev.prefstream.cli.evaluate.statistics.Reliability;
import java.util.List;

/**
 * The figures of some tickets. Those that do not exist are NaN.
 *
 * @param n tickets
 * @param positives urgent ones
 * @param auc with the interval of a bootstrap stratified by class
 * @param confusion at the threshold
 * @param ece expected calibration error
 * @param balancedEce the same as if both classes were equally frequent
 * @param styleAuc AUC of style control alone: what can be told without content
 * @param aucStyleEqual AUC among tickets of about the same style
 */
record TicketFigures(
    int n,
    long positives,
    Estimate auc,
    double averagePrecision,
    Confusion confusion,
    double ece,
    double balancedEce,
    double styleAuc,
    double aucStyleEqual) {

  static TicketFigures of(List<ScoredTicket> tickets, double threshold, long seed) {
    double[] scores = tickets.stream().mapToDouble(ScoredTicket::score).toArray();
    double[] styles = tickets.stream().mapToDouble(ScoredTicket::style).toArray();
    boolean[] labels = labels(tickets);
    Ranking ranking = new Ranking(scores, labels);
    Confusion confusion = Confusion.at(threshold, scores, labels);
    return new TicketFigures(
        tickets.size(),
        confusion.truePositives() + confusion.falseNegatives(),
        ranking.aucWithInterval(seed),
        ranking.averagePrecision(),
        confusion,
        Reliability.error(scores, labels),
        Reliability.balancedError(scores, labels),
        new Ranking(styles, labels).auc(),
        HeldEqual.auc(scores, labels, styles));
  }

  static boolean[] labels(List<ScoredTicket> tickets) {
    boolean[] labels = new boolean[tickets.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = tickets.get(i).urgent();
    }
    return labels;
  }
}
