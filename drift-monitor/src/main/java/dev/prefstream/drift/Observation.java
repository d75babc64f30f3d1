package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.RandomFrequencies;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.drift.detect.Sketch;
import org.jspecify.annotations.Nullable;

/**
 * One prediction on its way to the statistics of a segment.
 *
 * @param ticketId the ticket, for evidence; empty unless {@link #isExample}
 * @param origin the segment it counts in, where it is sent to the whole stream; empty otherwise
 * @param score calibrated score in [0, 1], in {@link ScoreUnits}
 * @param time when the customer wrote the ticket, but not after it was scored; milliseconds
 * @param length length of the text in code points
 * @param tokens tokens of the whole text; 0 for a model that reads text as it is
 * @param sketch of its embedding; null for none
 */
record Observation(
    String ticketId,
    String origin,
    long score,
    long time,
    int length,
    int tokens,
    @Nullable Sketch sketch) {

  /** One ticket in so many may be named in evidence; the others' ids need not travel. */
  private static final int EXAMPLE_OF = 8;

  /** Whether a ticket may be named in evidence: a fixed choice of tickets, spread like chance. */
  static boolean isExample(String ticketId) {
    int mixed = ticketId.hashCode() * 0x9E3779B9;
    return (mixed >>> 16) % EXAMPLE_OF == 0;
  }

  /** The score as a number in [0, 1]. */
  double value() {
    return ScoreUnits.score(score);
  }

  /** For a part of the stream, where all have the same origin. */
  Observation withoutOrigin() {
    return new Observation(ticketId, "", score, time, length, tokens, sketch);
  }

  void pack(Packer to, long timeBefore) {
    to.number(score).number(time - timeBefore).number(length).number(tokens).text(ticketId);
    pack(sketch, to);
  }

  static Observation unpack(Unpacker from, long timeBefore, String origin) {
    long score = from.number();
    long time = timeBefore + from.number();
    int length = from.integer();
    int tokens = from.integer();
    return new Observation(from.text(), origin, score, time, length, tokens, sketch(from));
  }

  static void pack(@Nullable Sketch sketch, Packer to) {
    to.number(sketch == null ? 0 : sketch.size());
    if (sketch != null) {
      for (int frequency = 0; frequency < RandomFrequencies.COUNT; frequency++) {
        to.single(sketch.product(frequency));
      }
    }
  }

  static @Nullable Sketch sketch(Unpacker from) {
    int size = from.integer();
    return size == 0 ? null : new Sketch(size, from.singles(RandomFrequencies.COUNT));
  }
}
