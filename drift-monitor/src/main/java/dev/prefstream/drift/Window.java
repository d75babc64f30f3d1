package dev.prefstream.drift;

import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.drift.detect.Summary;
import dev.prefstream.drift.detect.Weekend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The newest predictions of a segment, oldest first.
 *
 * @param first number of the first one in the statistics, from 1
 * @param scores scores in [0, 1]
 * @param times event times in the same order, in milliseconds; not ordered, for tickets may be late
 * @param examples ticket ids spread evenly over the window, at most {@link #EXAMPLES}, of tickets
 *     no older than {@link #EXAMPLE_AGE} before the newest
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; read once from the store.
record Window(long first, double[] scores, long[] times, List<String> examples) {

  /** Most ticket ids an alert names. */
  static final int EXAMPLES = 20;

  /**
   * How long before the newest prediction a ticket that is named may have come. Far shorter than
   * erasures are remembered.
   */
  static final Duration EXAMPLE_AGE = Duration.ofDays(90);

  private static final int LEAST_FOR_RATE = 50;

  /**
   * @param skip predictions of the first chunk that are older than the window
   * @param size predictions in the window
   */
  static Window of(List<Chunk> chunks, long first, int skip, int size) {
    double[] scores = new double[size];
    long[] times = new long[size];
    List<Chunk> naming = new ArrayList<>();
    int at = -skip;
    for (Chunk chunk : chunks) {
      if (at >= 0 && !chunk.example().isEmpty()) {
        naming.add(chunk);
      }
      for (int i = 0; i < chunk.size(); i++, at++) {
        if (at >= 0 && at < size) {
          scores[at] = ScoreUnits.score(chunk.scores()[i]);
          times[at] = chunk.times()[i];
        }
      }
    }
    long oldest = latest(times) - EXAMPLE_AGE.toMillis();
    List<String> ids =
        naming.stream()
            .filter(chunk -> earliest(chunk.times()) >= oldest)
            .map(Chunk::example)
            .toList();
    return new Window(first, scores, times, spread(ids));
  }

  /** What of it is of working days; all where that is less than {@code least} predictions. */
  Window ofWorkingDays(int least) {
    int[] kept =
        IntStream.range(0, times.length)
            .filter(i -> !Weekend.contains(HourlyVolume.hour(times[i])))
            .toArray();
    return kept.length < least
        ? this
        : new Window(
            first,
            Arrays.stream(kept).mapToDouble(i -> scores[i]).toArray(),
            Arrays.stream(kept).mapToLong(i -> times[i]).toArray(),
            examples);
  }

  int size() {
    return times.length;
  }

  /** The newest of it. */
  Window last(long count) {
    return part((int) Math.max(0, size() - count), size());
  }

  /** The oldest of it. */
  Window first(int count) {
    return part(0, count);
  }

  private Window part(int from, int to) {
    return new Window(
        first + from,
        Arrays.copyOfRange(scores, from, to),
        Arrays.copyOfRange(times, from, to),
        examples);
  }

  Summary summary() {
    return Summary.of(scores);
  }

  long earliest() {
    return earliest(times);
  }

  long latest() {
    return latest(times);
  }

  private static long earliest(long[] times) {
    long earliest = Long.MAX_VALUE;
    for (long time : times) {
      earliest = Math.min(earliest, time);
    }
    return earliest;
  }

  private static long latest(long[] times) {
    long latest = Long.MIN_VALUE;
    for (long time : times) {
      latest = Math.max(latest, time);
    }
    return latest;
  }

  /**
   * Predictions an hour, by event time, from the middle four fifths of the times, so that a few
   * late ones do not count; NaN for fewer than 50 or when all have one time.
   */
  double hourly() {
    if (times.length < LEAST_FOR_RATE) {
      return Double.NaN;
    }
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    int low = times.length / 10;
    int high = times.length - 1 - low;
    long span = sorted[high] - sorted[low];
    return span <= 0 ? Double.NaN : (high - low) * 3.6e6 / span;
  }

  /**
   * Predictions an hour while they come: what half of the times between two of them would make if
   * they came at random. Far more than {@link #hourly} where they come in batches; NaN for fewer
   * than 50.
   */
  double pace() {
    if (times.length < LEAST_FOR_RATE) {
      return Double.NaN;
    }
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    long[] gaps =
        IntStream.range(1, sorted.length)
            .mapToLong(i -> sorted[i] - sorted[i - 1])
            .sorted()
            .toArray();
    return Math.log(2) * HourlyVolume.HOUR / gaps[gaps.length / 2];
  }

  private static List<String> spread(List<String> ids) {
    if (ids.size() <= EXAMPLES) {
      return List.copyOf(ids);
    }
    List<String> some = new ArrayList<>(EXAMPLES);
    for (int i = 0; i < EXAMPLES; i++) {
      some.add(ids.get((int) ((long) i * ids.size() / EXAMPLES)));
    }
    return List.copyOf(some);
  }
}
