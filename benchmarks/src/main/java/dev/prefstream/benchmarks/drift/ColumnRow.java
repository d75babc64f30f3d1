package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.FileDetection;
import dev.prefstream.drift.detect.Wilson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * How many columns of one kind and length, none of which changes, raise an alarm where {@code
 * detect} is left to its defaults. Mutable; {@link #add} from any thread.
 */
final class ColumnRow {

  private static final List<Integer> LENGTHS = List.of(300, 1_000, 3_000, 10_000);

  /** One false alarm in so many columns, and no more often than every so many rows. */
  private static final double PROMISED_COLUMNS = 20;

  private static final double PROMISED_ROWS = 10_000;

  private final String name;
  private final int length;
  private final int columns;
  private final LongFunction<ScoreStream> begin;
  private int seen;
  private int alarmed;

  /**
   * @param length rows of each column
   * @param columns columns to look at, at most
   * @param begin a stream without a change, by its seed
   */
  private ColumnRow(String name, int length, int columns, LongFunction<ScoreStream> begin) {
    this.name = name;
    this.length = length;
    this.columns = columns;
    this.begin = begin;
  }

  static List<ColumnRow> all(int columns) {
    List<ColumnRow> rows = new ArrayList<>();
    for (double phi : new double[] {0, 0.5, 0.9}) {
      String kind = phi == 0 ? "independent" : String.format(Locale.ROOT, "autocorrelated %s", phi);
      for (int length : LENGTHS) {
        rows.add(
            new ColumnRow(
                "detect: " + kind,
                length,
                columns,
                seed -> new ScoreStream(seed, phi, ScoreStream.Cycle.NONE)));
      }
    }
    return rows;
  }

  String name() {
    return name;
  }

  int length() {
    return length;
  }

  int columns() {
    return columns;
  }

  /** Looks at one more column. */
  void add(int column) {
    ScoreStream stream = begin.apply(7_000_000L + column);
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = stream.next();
    }
    boolean alarm = !FileDetection.run(values, FileDetection.Params.DEFAULT).alarms().isEmpty();
    synchronized (this) {
      seen++;
      alarmed += alarm ? 1 : 0;
    }
  }

  /** Share of columns that may alarm. */
  double promised() {
    return Math.min(1 / PROMISED_COLUMNS, length / PROMISED_ROWS);
  }

  synchronized int seen() {
    return seen;
  }

  synchronized int alarmed() {
    return alarmed;
  }

  /** 95 % interval of the share that alarms; of at least one. */
  synchronized Wilson interval() {
    return Wilson.of(alarmed, seen, Wilson.TWO_SIDED_95);
  }
}
