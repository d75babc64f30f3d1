package dev.prefstream.drift.detect;

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

  private static final int A_DAY = 24;

  private static final long HALF_HOUR = HourlyVolume.HOUR / 2;

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

    /** No cycle. */
    public static final Learnt NOTHING = new Learnt(NONE, HourErrors.NONE);
  }

  /** Learns from scores that are all at hand and their event times, in any order of time. */
  public static Learnt learn(double[] scores, long[] times) {
    long span = span(times);
    return learn(HourlyScores.of(scores, times), span / HourlyVolume.HOUR, scores, times);
  }

  /**
   * Learns from what all hours were.
   *
   * @param hours what was seen
   * @param span hours over which that was
   * @param scores some of the scores in order, of which the noise within an hour is learnt
   * @param times their event times, in milliseconds
   */
  public static Learnt learn(HourlyScores hours, long span, double[] scores, long[] times) {
    if (span < A_DAY) {
      return Learnt.NOTHING;
    }
    int cycle = span < 2 * HourlyVolume.HOURS ? A_DAY : HourlyVolume.HOURS;
    return of(
        hours.slots(cycle),
        Math.max(variance(scores, times, cycle), varianceInHours(scores, times)));
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

  private static Learnt of(HourlyScores.Slot[] slots, double variance) {
    long count = 0;
    double sum = 0;
    for (HourlyScores.Slot slot : slots) {
      count += slot.count();
      sum += slot.sum();
    }
    double mean = sum / Math.max(1, count);
    double error = errorBetweenCycles(slots);
    double between = 0;
    double chance = 0;
    int seen = 0;
    for (HourlyScores.Slot slot : slots) {
      if (slot.count() > 0) {
        double departure = slot.sum() / slot.count() - mean;
        between += departure * departure;
        chance += Math.max(error, variance / slot.count());
        seen++;
      }
    }
    double real = (between - chance) / Math.max(1, seen);
    // Twice what chance gives, else a stream without a cycle would get a small one.
    if (between < 2 * chance || real <= 0) {
      return Learnt.NOTHING;
    }
    double[] offsets = new double[slots.length];
    double[] errors = new double[slots.length];
    double[] once = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      HourlyScores.Slot slot = slots[i];
      if (slot.count() > 0) {
        double square = Math.max(error, variance / slot.count());
        double shrunk = real / (real + square);
        offsets[i] = shrunk * (slot.sum() / slot.count() - mean);
        errors[i] = Math.sqrt(shrunk * square);
        once[i] = (double) slot.count() / Math.max(1, slot.means().count());
      }
    }
    List<Double> ofTheWeek =
        IntStream.range(0, HourlyVolume.HOURS)
            .mapToObj(hour -> offsets[hour % slots.length])
            .toList();
    return new Learnt(new HourOfWeek(ofTheWeek), new HourErrors(errors, once));
  }

  /** Variance of scores within the hours of a cycle. */
  private static double variance(double[] scores, long[] times, int cycle) {
    HourlyScores.Slot[] slots = HourlyScores.of(scores, times).slots(cycle);
    double within = 0;
    for (double score : scores) {
      within += score * score;
    }
    int seen = 0;
    for (HourlyScores.Slot slot : slots) {
      if (slot.count() > 0) {
        within -= slot.sum() * slot.sum() / slot.count();
        seen++;
      }
    }
    return within / Math.max(1, scores.length - seen);
  }

  /**
   * Variance of an hour's mean times its count, by how its two halves differ: that of the scores
   * where they are independent, larger where neighbours are alike. Without it such a stream would
   * seem to have a cycle.
   */
  private static double varianceInHours(double[] scores, long[] times) {
    Map<Long, double[]> halves = halves(scores, times);
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
  private static double errorBetweenCycles(HourlyScores.Slot[] slots) {
    double sum = 0;
    int twice = 0;
    for (HourlyScores.Slot slot : slots) {
      SignalChart.Moments means = slot.means();
      if (means.count() > 1) {
        sum += means.variance() / means.count();
        twice++;
      }
    }
    return 2 * twice < slots.length ? 0 : sum / twice;
  }

  /** Of each half hour since the epoch, how many scores lie in it, and their sum. */
  private static Map<Long, double[]> halves(double[] scores, long[] times) {
    Map<Long, double[]> halves = new HashMap<>();
    for (int i = 0; i < scores.length; i++) {
      double[] half =
          halves.computeIfAbsent(Math.floorDiv(times[i], HALF_HOUR), key -> new double[2]);
      half[0]++;
      half[1] += scores[i];
    }
    return halves;
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
