package dev.prefstream.benchmarks.drift;

import java.util.List;
import java.util.function.Consumer;

/** How late changes of embeddings are seen. Mutable; {@link #add} from any thread. */
final class EmbeddingDelays implements DelayRows {

  private static final double SHIFT = 0.5;

  private final DelayRow shift = new DelayRow("embeddings: one direction by half its sd", 0);
  private final DelayRow turn = new DelayRow("embeddings: a rotation, the mean stays", 0);
  private final DelayRow daily =
      new DelayRow("embeddings, daily cycle: one direction by half its sd", 0);

  @Override
  public List<DelayRow> rows() {
    return List.of(shift, turn, daily);
  }

  /** Learns a reference more for each change and lets it happen. */
  @Override
  public void add(int reference) {
    shift.add(delay(reference, false, stream -> stream.shift(SHIFT)));
    turn.add(delay(reference, false, EmbeddingStream::turn));
    daily.add(delay(reference, true, stream -> stream.shift(SHIFT)));
  }

  private static int delay(int reference, boolean daily, Consumer<EmbeddingStream> change) {
    EmbeddingStream stream = new EmbeddingStream(500L + reference, 0, daily);
    EmbeddingWatch watch =
        new EmbeddingWatch(
            stream, false, RunLengths.WINDOW, Delays.RUN_LENGTH, "model " + reference);
    for (int i = 0; i < Delays.LEAD; i++) {
      watch.next();
    }
    change.accept(stream);
    return watch.delay(Delays.MOST);
  }
}
