package dev.prefstream.benchmarks.drift;

import static dev.prefstream.benchmarks.drift.ScoreStream.Cycle.DAILY;
import static dev.prefstream.benchmarks.drift.ScoreStream.Cycle.NONE;
import static dev.prefstream.benchmarks.drift.ScoreStream.Cycle.WEEKLY;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;

/** The streams and run lengths that are measured. */
final class RunLengths {

  /** Settings of the run length. */
  private static final List<Double> SET = List.of(10_000.0, 30_000.0, 100_000.0);

  private static final double DEFAULT = 1_000_000;
  private static final double JUMPS = 100_000;

  /** Scores a day of streams that are watched for jumps. */
  private static final List<Integer> A_DAY = List.of(300, 700, 2_000, 12_000, 30_000);

  /** Streams that are watched from two weeks on. */
  private static final List<ScoreStream.Cycle> WEEKS =
      List.of(ScoreStream.Cycle.DAILY, ScoreStream.Cycle.WEEKLY);

  /** Scores a day of these: of one whose reference is of two weeks, and of one of two days. */
  static final List<Integer> WEEKS_A_DAY = List.of(2_000, 12_000);

  /** Embeddings a day of a stream whose reference takes two days. */
  static final int FAST = 12_000;

  static final int WINDOW = 1_000;
  private static final int SHORT_WINDOW = 500;
  private static final int ALARMS = 6;
  private static final double SIGNAL_CHUNKS = 2_000;
  private static final int SIGNAL_REFERENCES = 200;

  private RunLengths() {}

  /**
   * All rows.
   *
   * @param references references of each row, and half of them at the default run length
   */
  static List<RunLengthRow> all(int references) {
    List<RunLengthRow> rows = new ArrayList<>();
    for (boolean provisional : new boolean[] {false, true}) {
      String against = provisional ? ", provisional reference" : "";
      each(rows, "independent" + against, references, set -> charts(0, false, provisional, set));
      each(
          rows,
          "autocorrelated 0.5" + against,
          references,
          set -> charts(0.5, false, provisional, set));
      each(rows, "daily cycle" + against, references, set -> charts(0, true, provisional, set));
    }
    for (ScoreStream.Cycle cycle : WEEKS) {
      for (int aDay : WEEKS_A_DAY) {
        each(rows, weeks(cycle, aDay), references, set -> weeks(cycle, aDay, set));
      }
    }
    rows.add(
        new RunLengthRow(
            "independent", DEFAULT, references / 2, ALARMS, charts(0, false, false, DEFAULT)));
    each(rows, "psi", references, set -> stability(0, WINDOW, set));
    each(rows, "psi, autocorrelated 0.5", references, set -> stability(0.5, WINDOW, set));
    each(rows, "psi, window 500", references, set -> stability(0, SHORT_WINDOW, set));
    for (boolean provisional : new boolean[] {false, true}) {
      String against = provisional ? ", provisional reference" : "";
      each(rows, "mmd" + against, references, set -> embeddings(0, NONE, 0, provisional, set));
      each(
          rows,
          "mmd, daily cycle" + against,
          references,
          set -> embeddings(0, DAILY, ScoreStream.A_DAY, provisional, set));
    }
    each(rows, "mmd, autocorrelated 0.5", references, set -> embeddings(0.5, NONE, 0, false, set));
    each(
        rows,
        "mmd, daily cycle of 12,000",
        references,
        set -> embeddings(0, DAILY, FAST, false, set));
    for (int aDay : WEEKS_A_DAY) {
      each(
          rows,
          "mmd, " + weeks(WEEKLY, aDay),
          references,
          set -> embeddings(0, WEEKLY, aDay, false, set));
    }
    for (int aDay : A_DAY) {
      rows.add(
          new RunLengthRow(
              String.format(Locale.ROOT, "jump, daily cycle of %,d", aDay),
              JUMPS,
              references,
              ALARMS,
              seed ->
                  new JumpWatch(
                      new ScoreStream(seed, 0, ScoreStream.Cycle.DAILY, aDay, 0), aDay, JUMPS)));
    }
    for (SignalWatch.Kind kind : SignalWatch.Kind.values()) {
      rows.add(
          new RunLengthRow(
              "signal: " + kind.words,
              SIGNAL_CHUNKS,
              SIGNAL_REFERENCES,
              ALARMS,
              seed -> new SignalWatch(kind, seed, SIGNAL_CHUNKS)));
    }
    return rows;
  }

  private static void each(
      List<RunLengthRow> rows,
      String name,
      int references,
      DoubleFunction<LongFunction<Watch>> begin) {
    for (double set : SET) {
      rows.add(new RunLengthRow(name, set, references, ALARMS, begin.apply(set)));
    }
  }

  /** The charts of scores and the comparison of a window that decide by default. */
  static LongFunction<Watch> charts(double phi, boolean daily, boolean provisional, double set) {
    return seed ->
        new ScoreWatch(
            new ScoreStream(seed, phi, cycle(daily)),
            ScoreWatch.Detectors.CHARTS,
            daily,
            provisional,
            WINDOW,
            set);
  }

  static ScoreStream.Cycle cycle(boolean daily) {
    return daily ? ScoreStream.Cycle.DAILY : ScoreStream.Cycle.NONE;
  }

  /** What such a stream is called. */
  static String weeks(ScoreStream.Cycle cycle, int aDay) {
    return String.format(
        Locale.ROOT,
        "%,d a day from two weeks on, %s",
        aDay,
        cycle == ScoreStream.Cycle.WEEKLY ? "weekends of another kind" : "daily cycle");
  }

  /** The charts from two weeks on, in streams that begin on each day of the week in turn. */
  static LongFunction<Watch> weeks(ScoreStream.Cycle cycle, int aDay, double set) {
    return seed -> {
      ScoreStream stream = new ScoreStream(seed, 0, cycle, aDay, (int) (seed % 7));
      return new ScoreWatch(stream, TwoWeeks.of(stream, aDay, WINDOW, set), WINDOW);
    };
  }

  private static LongFunction<Watch> stability(double phi, int window, double set) {
    return seed ->
        new ScoreWatch(
            new ScoreStream(seed, phi, ScoreStream.Cycle.NONE),
            ScoreWatch.Detectors.STABILITY,
            false,
            false,
            window,
            set);
  }

  /** The discrepancy of embeddings alone. */
  static LongFunction<Watch> embeddings(
      double phi, ScoreStream.Cycle cycle, int aDay, boolean provisional, double set) {
    return seed ->
        new EmbeddingWatch(
            new EmbeddingStream(seed, phi, cycle, aDay, (int) (seed % 7)),
            provisional,
            WINDOW,
            set,
            "model " + seed);
  }
}
