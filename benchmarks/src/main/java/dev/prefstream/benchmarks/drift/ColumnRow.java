package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.FileDetection;
import dev.prefstream.drift.detect.Wilson;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How many columns of one kind and length, none of which changes, raise an alarm where {@code
 * detect} is left to its defaults. Mutable; {@link #add} from any thread.
 */
final class ColumnRow {

  private static final List<Integer> LENGTHS = List.of(300, 1_000, 3_000, 10_000);

  /** One false alarm in so many columns, and no more often than every so many rows. */
  private static final double PROMISED_COLUMNS = 20;

  private static final double PROMISED_ROWS = 10_000;

  /** What columns hold: the next value after the last one. */
  enum Kind {
    NORMAL("independent, normal") {
      @Override
      double next(double last, SplittableRandom random) {
        return random.nextGaussian();
      }
    },
    SKEWED("independent, exponential") {
      @Override
      double next(double last, SplittableRandom random) {
        return -Math.log(1 - random.nextDouble());
      }
    },
    RARE("independent, one in twenty is 1, others 0") {
      @Override
      double next(double last, SplittableRandom random) {
        return random.nextInt(20) == 0 ? 1 : 0;
      }
    },
    WEAK("autocorrelated 0.5") {
      @Override
      double next(double last, SplittableRandom random) {
        return 0.5 * last + random.nextGaussian();
      }
    },
    STRONG("autocorrelated 0.9") {
      @Override
      double next(double last, SplittableRandom random) {
        return 0.9 * last + random.nextGaussian();
      }
    },
    WALK("random walk") {
      @Override
      double next(double last, SplittableRandom random) {
        return last + random.nextGaussian();
      }
    };

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    abstract double next(double last, SplittableRandom random);
  }

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
    return Stream.of(Kind.values())
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
    SplittableRandom random = new SplittableRandom(7_000_000L + column);
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = kind.next(i == 0 ? 0 : values[i - 1], random);
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
