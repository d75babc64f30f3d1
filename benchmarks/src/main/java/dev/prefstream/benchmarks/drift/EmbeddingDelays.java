package dev.prefstream.benchmarks.drift;

import java.util.List;

/** How late changes of embeddings are seen. Mutable; {@link #add} from any thread. */
final class EmbeddingDelays {

  private static final double RUN_LENGTH = 100_000;
  private static final int LEAD = 2_000;
  private static final int MOST = 20_000;
  private static final int WINDOW = 1_000;

  private final DelayRow shift = new DelayRow("embeddings: one direction by half its sd", 0);
  private final DelayRow turn = new DelayRow("embeddings: a rotation, the mean stays", 0);

  List<DelayRow> rows() {
    return List.of(shift, turn);
  }

  /** Learns two references more and lets a change happen to each. */
  void add(int reference) {
    EmbeddingStream shifted = new EmbeddingStream(500L + reference, 0, false);
    EmbeddingWatch watch = begin(shifted, reference);
    shifted.shift(0.5);
    shift.add(watch.delay(MOST));
    EmbeddingStream turned = new EmbeddingStream(900L + reference, 0, false);
    watch = begin(turned, reference);
    turned.turn();
    turn.add(watch.delay(MOST));
  }

  private static EmbeddingWatch begin(EmbeddingStream stream, int reference) {
    EmbeddingWatch watch =
        new EmbeddingWatch(stream, false, WINDOW, RUN_LENGTH, "model " + reference);
    for (int i = 0; i < LEAD; i++) {
      watch.next();
    }
    return watch;
  }
}
