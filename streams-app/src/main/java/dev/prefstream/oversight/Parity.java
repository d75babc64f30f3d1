package dev.prefstream.oversight;

import dev.prefstream.schemas.avro.GroupRate;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How far apart the urgent rates of groups lie: demographic parity, as difference and as ratio.
 * Groups are compared within a dimension; the widest of all dimensions is told.
 *
 * @param difference largest less smallest rate, in [0, 1]
 * @param ratio smallest over largest rate, in [0, 1]; 1 when no group has urgent decisions
 */
record Parity(double difference, double ratio) {

  private static final double FOUR_FIFTHS = 0.8;

  /**
   * Empty when no dimension has two groups of {@code minimum} decisions.
   *
   * @param minimum least decisions of a group that is compared
   */
  static Optional<Parity> of(Collection<GroupRate> groups, int minimum) {
    return groups.stream()
        .filter(group -> group.getUrgent().getTrials() >= minimum)
        .collect(
            Collectors.groupingBy(
                GroupRate::getDimension,
                Collectors.summarizingDouble(group -> group.getUrgent().getValue())))
        .values()
        .stream()
        .filter(rates -> rates.getCount() >= 2)
        .map(Parity::of)
        .reduce(
            (one, other) ->
                new Parity(
                    Math.max(one.difference, other.difference), Math.min(one.ratio, other.ratio)));
  }

  /** The four-fifths rule of the US Uniform Guidelines on Employee Selection (29 CFR 1607.4 D). */
  boolean fourFifths() {
    return ratio >= FOUR_FIFTHS;
  }

  private static Parity of(DoubleSummaryStatistics rates) {
    return new Parity(
        rates.getMax() - rates.getMin(), rates.getMax() == 0 ? 1 : rates.getMin() / rates.getMax());
  }
}
