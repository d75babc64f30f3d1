package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.FileDetection;
import dev.prefstream.drift.detect.Wilson;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongFunction;
import java.util.stream.DoubleStream;

/**
 * How many columns of one kind and length, none of which changes, raise an alarm where {@code
 * detect} is left to its defaults. Mutable; {@link #add} from any thread.
 */
final class ColumnRow {

  private static final List<Integer> LENGTHS = List.of(300, 1_000, 3_000, 10_000);

  /** One false alarm in so many columns, and no more often than every so many rows. */
  private static final double PROMISED_COLUMNS = 20;

  private static final double PROMISED_ROWS = 10_000;

  /**
   * What columns hold.
   *
   * @param begin the values of one, by its seed
   */
  private record Kind(String words, LongFunction<DoubleSupplier> begin) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("independent", seed -> scores(seed, 0)),
          new Kind("autocorrelated 0.5", seed -> scores(seed, 0.5)),
          new Kind("autocorrelated 0.9", seed -> scores(seed, 0.9)),
          new Kind("independent, exponential", ColumnRow::exponential),
          new Kind("independent, log-normal", ColumnRow::logNormal),
          new Kind("independent, one in twenty is 1, others 0", seed -> rare(seed, 20)),
          new Kind("independent, one in fifty is 1, others 0", seed -> rare(seed, 50)),
          new Kind("random walk", ColumnRow::walk));

  private final Kind kind;
  private final int length;
  private final int columns;
  private int seen;
  private int alarmed;

  /**
   * @param length rows of each column
   * @param columns columns to look at, at most
   */
  private ColumnRow(Kind kind, int length, int columns) {
    this.kind = kind;
    this.length = length;
    this.columns = columns;
  }

  static List<ColumnRow> all(int columns) {
    return KINDS.stream()
        .flatMap(kind -> LENGTHS.stream().map(length -> new ColumnRow(kind, length, columns)))
        .toList();
  }

  String name() {
    return "detect: " + kind.words;
  }

  int length() {
    return length;
  }

  int columns() {
    return columns;
  }

  /** Looks at one more column. */
  void add(int column) {
    double[] values =
        DoubleStream.generate(kind.begin.apply(7_000_000L + column)).limit(length).toArray();
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

  private static DoubleSupplier scores(long seed, double phi) {
    return new ScoreStream(seed, phi, ScoreStream.Cycle.NONE)::next;
  }

  private static DoubleSupplier exponential(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> -Math.log(1 - random.nextDouble());
  }

  private static DoubleSupplier logNormal(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> Math.exp(random.nextGaussian());
  }

  private static DoubleSupplier rare(long seed, int among) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> random.nextInt(among) == 0 ? 1 : 0;
  }

  private static DoubleSupplier walk(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] level = new double[1];
    return () -> level[0] += random.nextGaussian();
  }
}
