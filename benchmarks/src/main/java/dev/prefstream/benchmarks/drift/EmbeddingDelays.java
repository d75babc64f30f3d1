package dev.prefstream.benchmarks.drift;

import static dev.prefstream.benchmarks.drift.ScoreStream.Cycle.DAILY;
import static dev.prefstream.benchmarks.drift.ScoreStream.Cycle.NONE;
import static dev.prefstream.benchmarks.drift.ScoreStream.Cycle.WEEKLY;

import java.util.List;
import java.util.function.Consumer;

/** How late changes of embeddings are seen. Mutable; {@link #add} from any thread. */
final class EmbeddingDelays implements DelayRows {

  private static final double SHIFT = 0.5;

  /** Embeddings by which the time of the change moves on with each reference. */
  private static final int STEP = 7 * 169;

  private final DelayRow shift = new DelayRow("embeddings: one direction by half its sd", 0);
  private final DelayRow turn = new DelayRow("embeddings: a rotation, the mean stays", 0);
  private final DelayRow daily =
      new DelayRow("embeddings, daily cycle: one direction by half its sd", 0);
  private final DelayRow fast =
      new DelayRow("embeddings, daily cycle of 12,000: one direction by half its sd", 0);
  private final DelayRow weekly =
      new DelayRow(
          "embeddings, 2,000 a day from two weeks on, weekends of another kind: one direction by half its sd",
          0);

  @Override
  public List<DelayRow> rows() {
    return List.of(shift, turn, daily, fast, weekly);
  }

  /** Learns a reference more for each change and lets it happen. */
  @Override
  public void add(int reference) {
    shift.add(delay(reference, NONE, 0, stream -> stream.shift(SHIFT)));
    turn.add(delay(reference, NONE, 0, EmbeddingStream::turn));
    daily.add(delay(reference, DAILY, ScoreStream.A_DAY, stream -> stream.shift(SHIFT)));
    fast.add(delay(reference, DAILY, RunLengths.FAST, stream -> stream.shift(SHIFT)));
    weekly.add(delay(reference, WEEKLY, ScoreStream.A_DAY, stream -> stream.shift(SHIFT)));
  }

  private static int delay(
      int reference, ScoreStream.Cycle cycle, int aDay, Consumer<EmbeddingStream> change) {
    EmbeddingStream stream = new EmbeddingStream(500L + reference, 0, cycle, aDay, reference % 7);
    EmbeddingWatch watch =
        new EmbeddingWatch(
            stream, false, RunLengths.WINDOW, Delays.RUN_LENGTH, "model " + reference);
    // At another time of the day for each.
    int lead = Delays.LEAD + (aDay == 0 ? 0 : reference * STEP % aDay);
    for (int i = 0; i < lead; i++) {
      watch.next();
    }
    change.accept(stream);
    return watch.delay(Delays.MOST);
  }
}
