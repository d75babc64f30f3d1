package dev.prefstream.benchmarks.drift;

import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** A watch over made-up scores, which may become others. */
abstract class ScoreStreamWatch implements Watch {

  private final ScoreStream stream;

  ScoreStreamWatch(ScoreStream stream) {
    this.stream = stream;
  }

  @Override
  public final @Nullable String next() {
    return take(stream.next());
  }

  /** Whether it alarms within so many values of another kind, after how many; else the most. */
  final int delay(DoubleSupplier after, int most) {
    for (int delay = 1; delay < most; delay++) {
      if (take(after.getAsDouble()) != null) {
        return delay;
      }
    }
    return most;
  }

  /**
   * Takes a score, the stream's or another one at its place.
   *
   * @return the detector that alarms at it, after which all begin anew; null for none
   */
  abstract @Nullable String take(double score);

  /** Begins anew, as after an alarm. */
  abstract void restart();
}
