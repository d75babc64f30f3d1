package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.Estimate;
import dev.prefstream.oversight.statistics.Interval;
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

  /** As the schema's defaults, which its builder would decode one by one. */
  static Tally none() {
    Tally none = new Tally();
    none.setFirstAt(Long.MAX_VALUE);
    return none;
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
    Tally tally = none();
    tally.setDecisions(1);
    tally.setUrgent(one(urgent));
    tally.setAsked(one(decided.getAsked()));
    tally.setLongAll(one(isLong));
    tally.setLongUrgent(one(isLong && urgent));
    tally.setCodeAll(one(decided.getCode()));
    tally.setCodeUrgent(one(decided.getCode() && urgent));
    tally.setMarkdownAll(one(decided.getMarkdown()));
    tally.setMarkdownUrgent(one(decided.getMarkdown() && urgent));
    tally.setSumX(x);
    tally.setSumXx(x * x);
    tally.setSumY(y);
    tally.setSumYy(y * y);
    tally.setSumXy(x * y);
    tally.setFirstAt(decided.getDecidedAt());
    tally.setLastAt(decided.getDecidedAt());
    Route label = ticket.getLabel();
    if (label != null) {
      boolean right = label == decided.getRoute();
      tally.setAskedLabelled(one(decided.getAsked()));
      tally.setAskedRight(one(decided.getAsked() && right));
      tally.setTrueUrgent(one(urgent && right));
      tally.setFalseUrgent(one(urgent && !right));
      tally.setTrueStandard(one(!urgent && right));
      tally.setFalseStandard(one(!urgent && !right));
      tally.setDisputed(one(ticket.getDisputed()));
      tally.setLabelledAt(ticket.getLabelledAt());
    }
    return tally;
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
    return share(proportion, proportion.estimate());
  }

  /** The same where what was counted tells the share as an estimate says. */
  static Share share(Proportion counted, Estimate estimate) {
    Interval interval = estimate.wilson(Proportion.Z95);
    return new Share(
        counted.successes(), counted.trials(), estimate.value(), interval.low(), interval.high());
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
    Tally sum = new Tally();
    sum.setDecisions(one.getDecisions() + sign * other.getDecisions());
    sum.setUrgent(one.getUrgent() + sign * other.getUrgent());
    sum.setAsked(one.getAsked() + sign * other.getAsked());
    sum.setAskedLabelled(one.getAskedLabelled() + sign * other.getAskedLabelled());
    sum.setAskedRight(one.getAskedRight() + sign * other.getAskedRight());
    sum.setTrueUrgent(one.getTrueUrgent() + sign * other.getTrueUrgent());
    sum.setFalseUrgent(one.getFalseUrgent() + sign * other.getFalseUrgent());
    sum.setTrueStandard(one.getTrueStandard() + sign * other.getTrueStandard());
    sum.setFalseStandard(one.getFalseStandard() + sign * other.getFalseStandard());
    sum.setDisputed(one.getDisputed() + sign * other.getDisputed());
    sum.setLongAll(one.getLongAll() + sign * other.getLongAll());
    sum.setLongUrgent(one.getLongUrgent() + sign * other.getLongUrgent());
    sum.setCodeAll(one.getCodeAll() + sign * other.getCodeAll());
    sum.setCodeUrgent(one.getCodeUrgent() + sign * other.getCodeUrgent());
    sum.setMarkdownAll(one.getMarkdownAll() + sign * other.getMarkdownAll());
    sum.setMarkdownUrgent(one.getMarkdownUrgent() + sign * other.getMarkdownUrgent());
    sum.setSumX(one.getSumX() + sign * other.getSumX());
    sum.setSumXx(one.getSumXx() + sign * other.getSumXx());
    sum.setSumY(one.getSumY() + sign * other.getSumY());
    sum.setSumYy(one.getSumYy() + sign * other.getSumYy());
    sum.setSumXy(one.getSumXy() + sign * other.getSumXy());
    sum.setFirstAt(Math.min(one.getFirstAt(), other.getFirstAt()));
    sum.setLastAt(Math.max(one.getLastAt(), other.getLastAt()));
    sum.setLabelledAt(Math.max(one.getLabelledAt(), other.getLabelledAt()));
    return sum;
  }
}
