package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How scores follow the hour of the week, learnt from at least two weeks, and taken away before
 * charts are drawn. Each hour's departure from the mean is shrunk by what chance alone would make
 * of it (empirical Bayes: B. Efron and C. Morris, "Stein's estimation rule and its competitors",
 * JASA 68 (1973)), so a stream without a cycle is left as it is.
 *
 * @param offsets what each hour of the week adds to the mean; empty for no cycle
 */
public record HourOfWeek(List<Double> offsets) {

  /** No cycle. */
  public static final HourOfWeek NONE = new HourOfWeek(List.of());

  private static final long WEEK = 7L * 24 * 3_600_000;

  public HourOfWeek {
    offsets = List.copyOf(offsets);
  }

  /**
   * Learns from scores and their event times, in any order of time.
   *
   * @return {@link #NONE} where they span less than two weeks or show no cycle
   */
  public static HourOfWeek learn(double[] scores, long[] times) {
    return span(times) < 2 * WEEK ? NONE : of(scores, times, Long.MIN_VALUE);
  }

  /** The score at an event time, less what the hour adds; in [0, 1]. */
  public double removed(double score, long time) {
    return offsets.isEmpty()
        ? score
        : Math.max(0, Math.min(1, score - offsets.get(HourlyVolume.slot(HourlyVolume.hour(time)))));
  }

  /**
   * The scores they were learnt from, each less what the other weeks say of its hour: so that the
   * error of the offsets shows in them as it will in later scores.
   */
  public double[] removedByOtherWeeks(double[] scores, long[] times) {
    if (offsets.isEmpty()) {
      return scores;
    }
    Map<Long, HourOfWeek> others = new HashMap<>();
    double[] removed = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      HourOfWeek other =
          others.computeIfAbsent(Math.floorDiv(times[i], WEEK), week -> of(scores, times, week));
      removed[i] = other.removed(scores[i], times[i]);
    }
    return removed;
  }

  private static HourOfWeek of(double[] scores, long[] times, long without) {
    int slots = HourlyVolume.HOURS;
    double[] sums = new double[slots];
    long[] counts = new long[slots];
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (Math.floorDiv(times[i], WEEK) != without) {
        int slot = HourlyVolume.slot(HourlyVolume.hour(times[i]));
        sums[slot] += scores[i];
        counts[slot]++;
        sum += scores[i];
        squares += scores[i] * scores[i];
        count++;
      }
    }
    if (count < 2) {
      return NONE;
    }
    double mean = sum / count;
    double variance = Math.max(0, squares / count - mean * mean);
    double between = 0;
    double chance = 0;
    int seen = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (counts[slot] > 0) {
        double departure = sums[slot] / counts[slot] - mean;
        between += departure * departure;
        chance += variance / counts[slot];
        seen++;
      }
    }
    double real = (between - chance) / Math.max(1, seen);
    // Twice what chance gives, else a stream without a cycle would get a small one.
    if (between < 2 * chance) {
      return NONE;
    }
    Double[] offsets = new Double[slots];
    Arrays.fill(offsets, 0.0);
    for (int slot = 0; slot < slots; slot++) {
      if (counts[slot] > 0) {
        double shrunk = real / (real + variance / counts[slot]);
        offsets[slot] = shrunk * (sums[slot] / counts[slot] - mean);
      }
    }
    return new HourOfWeek(Arrays.asList(offsets));
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
