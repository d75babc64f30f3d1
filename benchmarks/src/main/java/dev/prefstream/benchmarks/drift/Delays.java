package dev.prefstream.benchmarks.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * How late changes are seen, against one kind of reference: each of many is met by each change at
 * many times. Mutable; {@link #add} from any thread.
 */
final class Delays implements DelayRows {

  static final double RUN_LENGTH = 100_000;
  private static final int REPEATS = 20;

  /** Values without a change before each change, so that a window is full. */
  static final int LEAD = 2_000;

  static final int MOST = 20_000;

  /** The stream's next score after a change. */
  private record Change(DelayRow row, ToDoubleFunction<ScoreStream> after) {}

  /** A stream, and what watches it once it has learnt. */
  private record Watched(ScoreStream stream, ScoreWatch watch) {

    static Watched of(int reference, boolean daily, boolean provisional) {
      ScoreStream stream = new ScoreStream(5000L + reference, 0, RunLengths.cycle(daily));
      return new Watched(
          stream,
          new ScoreWatch(
              stream,
              ScoreWatch.Detectors.CHARTS,
              daily,
              provisional,
              RunLengths.WINDOW,
              RUN_LENGTH));
    }

    static Watched afterTwoWeeks(int reference, ScoreStream.Cycle cycle, int aDay) {
      ScoreStream stream = new ScoreStream(5000L + reference, 0, cycle, aDay, reference % 7);
      TwoWeeks learnt = TwoWeeks.of(stream, aDay, RunLengths.WINDOW, RUN_LENGTH);
      return new Watched(stream, new ScoreWatch(stream, learnt, RunLengths.WINDOW));
    }
  }

  private final IntFunction<Watched> begin;
  private final List<Change> changes = new ArrayList<>();

  private Delays(IntFunction<Watched> begin) {
    this.begin = begin;
  }

  static List<Delays> all() {
    return List.of(
        new Delays(reference -> Watched.of(reference, false, false))
            .shifts("", 300, 125, 60)
            .change("two equal humps, same mean and sd", 100, ScoreStream::nextHumps)
            .change("two unequal humps, same mean and sd", 0, ScoreStream::nextUnequalHumps)
            .change("every other score from two humps", 0, ScoreStream::nextHalfHumps)
            .change("uniform", 0, ScoreStream::nextUniform)
            .change("Beta(1/2,1/2)", 0, ScoreStream::nextArcsine),
        new Delays(reference -> Watched.of(reference, false, true))
            .shifts(", provisional reference", 0, 0, 0),
        new Delays(reference -> Watched.of(reference, true, false))
            .shifts(", daily cycle", 0, 0, 0),
        new Delays(reference -> Watched.of(reference, true, true))
            .shifts(", daily cycle, provisional reference", 0, 0, 0),
        afterTwoWeeks(2_000),
        afterTwoWeeks(12_000));
  }

  private static Delays afterTwoWeeks(int aDay) {
    ScoreStream.Cycle cycle = ScoreStream.Cycle.WEEKLY;
    return new Delays(reference -> Watched.afterTwoWeeks(reference, cycle, aDay))
        .shifts(", " + RunLengths.weeks(cycle, aDay), 0, 0, 0);
  }

  private Delays shifts(String where, int small, int middle, int large) {
    change("mean + 0.05" + where, small, stream -> stream.nextShifted(0.05));
    change("mean + 0.10" + where, middle, stream -> stream.nextShifted(0.10));
    return change("mean + 0.20" + where, large, stream -> stream.nextShifted(0.20));
  }

  private Delays change(String name, int target, ToDoubleFunction<ScoreStream> after) {
    changes.add(new Change(new DelayRow(name, target), after));
    return this;
  }

  @Override
  public List<DelayRow> rows() {
    return changes.stream().map(Change::row).toList();
  }

  /** Learns one more reference and lets all changes happen. */
  @Override
  public void add(int reference) {
    Watched watched = begin.apply(reference);
    ScoreStream stream = watched.stream();
    ScoreWatch watch = watched.watch();
    for (Change change : changes) {
      for (int i = 0; i < REPEATS; i++) {
        watch.restart();
        for (int j = 0; j < LEAD; j++) {
          watch.next();
        }
        change.row.add(watch.delay(() -> change.after.applyAsDouble(stream), MOST));
      }
    }
  }
}
