package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.HourlyVolume;

/**
 * The hour that a segment is in.
 *
 * @param number counted from the epoch
 * @param predictions since it began; {@link #PART} in the first, which may be a part
 * @param scores of these, the ones that a reference is learnt from, those that are not late
 * @param sum their sum, in score units
 */
record RunningHour(long number, long predictions, long scores, long sum) {

  /** Stands for the predictions of an hour whose beginning was not seen. */
  private static final long PART = -1;

  /** The hour of an event time, whose beginning was not seen. */
  static RunningHour begun(long eventTime) {
    return new RunningHour(HourlyVolume.hour(eventTime), PART, 0, 0);
  }

  /** Another hour, with its first prediction. */
  static RunningHour first(long number) {
    return new RunningHour(number, 1, 0, 0);
  }

  /** Whether it was seen from its beginning. */
  boolean isWhole() {
    return predictions != PART;
  }

  /** Whether it has its first prediction only. */
  boolean isFirst() {
    return predictions == 1;
  }

  /** With one more prediction. */
  RunningHour counted() {
    return isWhole() ? new RunningHour(number, predictions + 1, scores, sum) : this;
  }

  /** With one more score to learn from. */
  RunningHour plus(long score) {
    return new RunningHour(number, predictions, scores + 1, sum + score);
  }

  /** With no score to learn from so far. */
  RunningHour withoutScores() {
    return new RunningHour(number, predictions, 0, 0);
  }

  void pack(Packer to) {
    to.number(number).number(predictions).number(scores).number(sum);
  }

  static RunningHour unpack(Unpacker from) {
    return new RunningHour(from.number(), from.number(), from.number(), from.number());
  }
}
