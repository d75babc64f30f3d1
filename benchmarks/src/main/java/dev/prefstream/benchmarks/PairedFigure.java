package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Figure;
import dev.prefstream.benchmarks.report.Results;
import dev.prefstream.benchmarks.report.Summary;
import dev.prefstream.benchmarks.report.Target;
import java.util.List;
import java.util.Optional;

/** A figure that an arm measures several times within one turn: the median, the least, the most. */
final class PairedFigure {

  private static final String LEAST = "-least";
  private static final String MOST = "-most";

  private PairedFigure() {}

  /**
   * Records three figures.
   *
   * @param median names the first; the others have its id with {@code -least} and {@code -most}
   */
  static void record(Round round, Figure median, List<Double> values) {
    Summary summary = Summary.of(values);
    round.record(median, summary.median());
    round.record(median.beside(LEAST), summary.min());
    round.record(median.beside(MOST), summary.max());
  }

  /** That it is so much at most. */
  static Target atMost(String what, double most, String id) {
    return new Target(
        what, Target.Bound.AT_MOST, most, results -> summary(results, id), List.of(id));
  }

  /** The median of the rounds, the least and the most of all that was measured. */
  private static Optional<Summary> summary(Results results, String id) {
    return results
        .summary(id)
        .map(
            medians ->
                new Summary(
                    medians.median(),
                    results.summary(id + LEAST).orElse(medians).min(),
                    results.summary(id + MOST).orElse(medians).max(),
                    medians.count()));
  }
}
