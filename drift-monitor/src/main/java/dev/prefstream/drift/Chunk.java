package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import java.util.Arrays;

/**
 * Up to {@link #SIZE} successive predictions of a segment. A window is kept as a ring of chunks, so
 * that one more prediction rewrites a few hundred bytes and not the whole window.
 *
 * @param example ticket id of the first prediction that may be named; empty for none
 * @param scores scores in {@link dev.prefstream.drift.detect.ScoreUnits}
 * @param times event times, in milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; made, packed and dropped.
record Chunk(String example, long[] scores, long[] times) {

  /** Predictions in a full chunk. */
  static final int SIZE = 25;

  static final Chunk EMPTY = new Chunk("", new long[0], new long[0]);

  int size() {
    return scores.length;
  }

  boolean full() {
    return scores.length == SIZE;
  }

  Chunk plus(String ticketId, long score, long time) {
    long[] moreScores = Arrays.copyOf(scores, scores.length + 1);
    long[] moreTimes = Arrays.copyOf(times, times.length + 1);
    moreScores[scores.length] = score;
    moreTimes[times.length] = time;
    return new Chunk(example.isEmpty() ? ticketId : example, moreScores, moreTimes);
  }

  void pack(Packer to) {
    to.text(example).number(scores.length);
    long before = 0;
    for (int i = 0; i < scores.length; i++) {
      to.number(scores[i]).number(times[i] - before);
      before = times[i];
    }
  }

  static Chunk unpack(Unpacker from) {
    String example = from.text();
    int size = from.integer();
    long[] scores = new long[size];
    long[] times = new long[size];
    long before = 0;
    for (int i = 0; i < size; i++) {
      scores[i] = from.number();
      times[i] = before + from.number();
      before = times[i];
    }
    return new Chunk(example, scores, times);
  }
}
