package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.Proportion;
import dev.prefstream.schemas.avro.CountedDecision;
import dev.prefstream.schemas.avro.ReviewState;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.schemas.avro.Tally;

/**
 * Counts that can be added and taken back. All sums are of whole numbers, so the order of adding
 * changes nothing.
 */
final class Tallies {

  private static final double LENGTH_UNITS = 100 / Math.log(2);
  private static final double SCORE_UNITS = 10_000;

  private Tallies() {}

  static Tally none() {
    return Tally.newBuilder().build();
  }

  /**
   * What one ticket counts for.
   *
   * @param longFrom least code points of a long ticket
   */
  static Tally of(CountedDecision decided, ReviewState ticket, int longFrom) {
    boolean urgent = decided.getRoute() == Route.URGENT;
    boolean isLong = decided.getLength() >= longFrom;
    long x = Math.round(LENGTH_UNITS * Math.log1p(decided.getLength()));
    long y = Math.round(SCORE_UNITS * decided.getScore());
    Tally.Builder tally =
        Tally.newBuilder()
            .setDecisions(1)
            .setUrgent(one(urgent))
            .setAsked(one(decided.getAsked()))
            .setLongAll(one(isLong))
            .setLongUrgent(one(isLong && urgent))
            .setCodeAll(one(decided.getCode()))
            .setCodeUrgent(one(decided.getCode() && urgent))
            .setMarkdownAll(one(decided.getMarkdown()))
            .setMarkdownUrgent(one(decided.getMarkdown() && urgent))
            .setSumX(x)
            .setSumXx(x * x)
            .setSumY(y)
            .setSumYy(y * y)
            .setSumXy(x * y)
            .setFirstAt(decided.getDecidedAt())
            .setLastAt(decided.getDecidedAt());
    Route label = ticket.getLabel();
    if (label != null) {
      boolean right = label == decided.getRoute();
      tally
          .setAskedLabelled(one(decided.getAsked()))
          .setAskedRight(one(decided.getAsked() && right))
          .setTrueUrgent(one(urgent && right))
          .setFalseUrgent(one(urgent && !right))
          .setTrueStandard(one(!urgent && right))
          .setFalseStandard(one(!urgent && !right))
          .setDisputed(one(ticket.getDisputed()))
          .setLabelledAt(ticket.getLabelledAt());
    }
    return tally.build();
  }

  static Tally plus(Tally one, Tally other) {
    return combined(one, other, 1);
  }

  /** Takes counts back; the times stay. */
  static Tally minus(Tally one, Tally other) {
    Tally difference = combined(one, other, -1);
    difference.setFirstAt(one.getFirstAt());
    difference.setLastAt(one.getLastAt());
    difference.setLabelledAt(one.getLabelledAt());
    return difference;
  }

  /** The share with its Wilson interval of 95 %. */
  static Share share(Proportion proportion) {
    var interval = proportion.wilson(Proportion.Z95);
    return new Share(
        proportion.successes(),
        proportion.trials(),
        proportion.value(),
        interval.low(),
        interval.high());
  }

  static long labelled(Tally tally) {
    return right(tally) + tally.getFalseUrgent() + tally.getFalseStandard();
  }

  static long right(Tally tally) {
    return tally.getTrueUrgent() + tally.getTrueStandard();
  }

  /** Labelled decisions that are as labelled. */
  static Proportion accuracy(Tally tally) {
    return new Proportion(right(tally), labelled(tally));
  }

  /** The same of those that experts were asked about. */
  static Proportion sampleAccuracy(Tally tally) {
    return new Proportion(tally.getAskedRight(), tally.getAskedLabelled());
  }

  private static long one(boolean counts) {
    return counts ? 1 : 0;
  }

  private static Tally combined(Tally one, Tally other, int sign) {
    return Tally.newBuilder()
        .setDecisions(one.getDecisions() + sign * other.getDecisions())
        .setUrgent(one.getUrgent() + sign * other.getUrgent())
        .setAsked(one.getAsked() + sign * other.getAsked())
        .setAskedLabelled(one.getAskedLabelled() + sign * other.getAskedLabelled())
        .setAskedRight(one.getAskedRight() + sign * other.getAskedRight())
        .setTrueUrgent(one.getTrueUrgent() + sign * other.getTrueUrgent())
        .setFalseUrgent(one.getFalseUrgent() + sign * other.getFalseUrgent())
        .setTrueStandard(one.getTrueStandard() + sign * other.getTrueStandard())
        .setFalseStandard(one.getFalseStandard() + sign * other.getFalseStandard())
        .setDisputed(one.getDisputed() + sign * other.getDisputed())
        .setLongAll(one.getLongAll() + sign * other.getLongAll())
        .setLongUrgent(one.getLongUrgent() + sign * other.getLongUrgent())
        .setCodeAll(one.getCodeAll() + sign * other.getCodeAll())
        .setCodeUrgent(one.getCodeUrgent() + sign * other.getCodeUrgent())
        .setMarkdownAll(one.getMarkdownAll() + sign * other.getMarkdownAll())
        .setMarkdownUrgent(one.getMarkdownUrgent() + sign * other.getMarkdownUrgent())
        .setSumX(one.getSumX() + sign * other.getSumX())
        .setSumXx(one.getSumXx() + sign * other.getSumXx())
        .setSumY(one.getSumY() + sign * other.getSumY())
        .setSumYy(one.getSumYy() + sign * other.getSumYy())
        .setSumXy(one.getSumXy() + sign * other.getSumXy())
        .setFirstAt(Math.min(one.getFirstAt(), other.getFirstAt()))
        .setLastAt(Math.max(one.getLastAt(), other.getLastAt()))
        .setLabelledAt(Math.max(one.getLabelledAt(), other.getLabelledAt()))
        .build();
  }
}
