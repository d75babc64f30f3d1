package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How scores follow the hour of the week, learnt from at least two weeks, or from a day on the hour
 * of the day, and taken away before charts are drawn. Each hour's departure from the mean is shrunk
 * by what chance alone would make of it (empirical Bayes: B. Efron and C. Morris, "Stein's
 * estimation rule and its competitors", JASA 68 (1973)), so a stream without a cycle is left as it
 * is.
 *
 * @param offsets what each hour of the week adds to the mean; empty for no cycle
 */
public record HourOfWeek(List<Double> offsets) {

  /** No cycle. */
  public static final HourOfWeek NONE = new HourOfWeek(List.of());

  /** Milliseconds of a day. */
  static final long DAY = 24 * HourlyVolume.HOUR;

  private static final long HALF_HOUR = HourlyVolume.HOUR / 2;
  private static final long WEEK = 7 * DAY;

  public HourOfWeek {
    offsets = List.copyOf(offsets);
  }

  /**
   * What was learnt of scores.
   *
   * @param season {@link #NONE} where they span less than a day or show no cycle
   * @param errors what its offsets may be wrong by
   */
  public record Learnt(HourOfWeek season, HourErrors errors) {

    private static final Learnt NOTHING = new Learnt(NONE, HourErrors.NONE);
  }

  /** Learns from scores and their event times, in any order of time. */
  public static Learnt learn(double[] scores, long[] times) {
    long span = span(times);
    long cycle = span < 2 * WEEK ? DAY : WEEK;
    return span < DAY ? Learnt.NOTHING : of(scores, times, (int) (cycle / HourlyVolume.HOUR));
  }

  /** The score at an event time, less what the hour adds; in [0, 1]. */
  public double removed(double score, long time) {
    return offsets.isEmpty()
        ? score
        : Math.max(0, Math.min(1, score - offsets.get(HourlyVolume.slot(HourlyVolume.hour(time)))));
  }

  /** The same for each of some scores. */
  public double[] removed(double[] scores, long[] times) {
    if (offsets.isEmpty()) {
      return scores;
    }
    double[] removed = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      removed[i] = removed(scores[i], times[i]);
    }
    return removed;
  }

  private static Learnt of(double[] scores, long[] times, int slots) {
    double[] sums = new double[slots];
    long[] counts = new long[slots];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < scores.length; i++) {
      int slot = slot(HourlyVolume.hour(times[i]), slots);
      sums[slot] += scores[i];
      counts[slot]++;
      sum += scores[i];
      squares += scores[i] * scores[i];
    }
    double mean = sum / scores.length;
    double within = squares;
    int seen = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (counts[slot] > 0) {
        within -= sums[slot] * sums[slot] / counts[slot];
        seen++;
      }
    }
    double variance =
        Math.max(within / Math.max(1, scores.length - seen), varianceInHours(scores, times));
    Map<Long, double[]> hours = countsAndSums(scores, times, HourlyVolume.HOUR);
    double error = errorBetweenCycles(hours, scores.length, slots);
    double between = 0;
    double chance = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (counts[slot] > 0) {
        double departure = sums[slot] / counts[slot] - mean;
        between += departure * departure;
        chance += Math.max(error, variance / counts[slot]);
      }
    }
    double real = (between - chance) / Math.max(1, seen);
    // Twice what chance gives, else a stream without a cycle would get a small one.
    if (between < 2 * chance) {
      return Learnt.NOTHING;
    }
    int[] cycles = new int[slots];
    hours.keySet().forEach(hour -> cycles[slot(hour, slots)]++);
    double[] offsets = new double[slots];
    double[] errors = new double[slots];
    double[] once = new double[slots];
    for (int slot = 0; slot < slots; slot++) {
      if (counts[slot] > 0) {
        double square = Math.max(error, variance / counts[slot]);
        double shrunk = real / (real + square);
        offsets[slot] = shrunk * (sums[slot] / counts[slot] - mean);
        errors[slot] = Math.sqrt(shrunk * square);
        once[slot] = (double) counts[slot] / cycles[slot];
      }
    }
    List<Double> ofTheWeek =
        IntStream.range(0, HourlyVolume.HOURS).mapToObj(hour -> offsets[hour % slots]).toList();
    return new Learnt(new HourOfWeek(ofTheWeek), new HourErrors(errors, once));
  }

  /**
   * Variance of an hour's mean times its count, by how its two halves differ: that of the scores
   * where they are independent, larger where neighbours are alike. Without it such a stream would
   * seem to have a cycle.
   */
  private static double varianceInHours(double[] scores, long[] times) {
    Map<Long, double[]> halves = countsAndSums(scores, times, HALF_HOUR);
    double sum = 0;
    int hours = 0;
    for (Map.Entry<Long, double[]> entry : halves.entrySet()) {
      double[] first = entry.getValue();
      double[] second = halves.get(entry.getKey() + 1);
      if (Math.floorMod(entry.getKey(), 2L) == 0 && second != null) {
        double difference = first[1] / first[0] - second[1] / second[0];
        sum += difference * difference / (1 / first[0] + 1 / second[0]);
        hours++;
      }
    }
    return hours == 0 ? 0 : sum / hours;
  }

  /**
   * Squared error of an hour's mean over all cycles, by how it differs from cycle to cycle: large
   * where the level wanders for hours or days, which comes again at no hour. 0 where less than half
   * of the hours were seen twice.
   */
  private static double errorBetweenCycles(Map<Long, double[]> hours, int scores, int slots) {
    SignalChart.Moments[] cycles = new SignalChart.Moments[slots];
    Arrays.fill(cycles, SignalChart.Moments.NONE);
    hours.forEach(
        (hour, values) -> {
          // Not those that were begun late or ended early, or have late tickets alone.
          if (values[0] * hours.size() >= scores / 4.0) {
            int slot = slot(hour, slots);
            cycles[slot] = cycles[slot].plus(values[1] / values[0]);
          }
        });
    double sum = 0;
    int twice = 0;
    for (SignalChart.Moments moments : cycles) {
      if (moments.count() > 1) {
        sum += moments.variance() / moments.count();
        twice++;
      }
    }
    return 2 * twice < slots ? 0 : sum / twice;
  }

  /**
   * Of each stretch of so many milliseconds since the epoch, how many scores lie in it, and their
   * sum.
   */
  private static Map<Long, double[]> countsAndSums(double[] scores, long[] times, long millis) {
    Map<Long, double[]> stretches = new HashMap<>();
    for (int i = 0; i < scores.length; i++) {
      double[] stretch =
          stretches.computeIfAbsent(Math.floorDiv(times[i], millis), key -> new double[2]);
      stretch[0]++;
      stretch[1] += scores[i];
    }
    return stretches;
  }

  /** Place of an hour in a cycle of so many. */
  private static int slot(long hour, int slots) {
    return (int) Math.floorMod(hour, (long) slots);
  }

  private static long span(long[] times) {
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    for (long time : times) {
      earliest = Math.min(earliest, time);
      latest = Math.max(latest, time);
    }
    return times.length == 0 ? 0 : latest - earliest;
  }
}
