package dev.prefstream.benchmarks.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How late gross failures are seen in the first two days of a stream with a daily cycle, while
 * there is no reference: each change comes at a random time of the first day and a half. Mutable;
 * {@link #add} from any thread.
 */
final class JumpDelays implements DelayRows {

  private static final List<Integer> A_DAY = List.of(2_000, 12_000, 30_000);
  private static final int REPEATS = 5;

  private record Change(DelayRow row, int aDay, ToDoubleFunction<ScoreStream> after) {}

  private final List<Change> changes = new ArrayList<>();

  JumpDelays() {
    for (int aDay : A_DAY) {
      String where = String.format(Locale.ROOT, ", first two days of %,d a day", aDay);
      change("mean + 0.20" + where, aDay, stream -> stream.nextShifted(0.2));
      change("mean + 0.30" + where, aDay, stream -> stream.nextShifted(0.3));
      change("a constant" + where, aDay, ScoreStream::nextConstant);
    }
  }

  private void change(String name, int aDay, ToDoubleFunction<ScoreStream> after) {
    changes.add(new Change(new DelayRow(name, 0), aDay, after));
  }

  @Override
  public List<DelayRow> rows() {
    return changes.stream().map(Change::row).toList();
  }

  /** Begins some more streams for each change and lets it happen. */
  @Override
  public void add(int reference) {
    for (Change change : changes) {
      SplittableRandom random = new SplittableRandom(9000L + reference);
      ScoreStream stream =
          new ScoreStream(random.nextLong(), 0, ScoreStream.Cycle.DAILY, change.aDay, 0);
      JumpWatch watch = new JumpWatch(stream, change.aDay, Delays.RUN_LENGTH);
      for (int i = 0; i < REPEATS; i++) {
        int twoDays = 2 * change.aDay;
        int begins = random.nextInt(change.aDay);
        int lead = twoDays / 8 + random.nextInt(twoDays / 2);
        for (int j = 0; j < begins; j++) {
          stream.next();
        }
        watch.restart();
        for (int j = 0; j < lead; j++) {
          watch.next();
        }
        change.row.add(watch.delay(() -> change.after.applyAsDouble(stream), twoDays - lead));
      }
    }
  }
}
