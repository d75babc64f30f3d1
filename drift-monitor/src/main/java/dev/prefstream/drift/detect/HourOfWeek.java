package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How scores follow the hour of the week, learnt from at least two weeks, or from a day on the hour
 * of the day, and taken away before charts are drawn. What hours add is shrunk by what chance alone
 * would make of it ({@link Effects}), so a stream without a cycle is left as it is.
 *
 * @param offsets what each hour of the week adds to the mean; empty for no cycle
 */
public record HourOfWeek(List<Double> offsets) {

  /** No cycle. */
  public static final HourOfWeek NONE = new HourOfWeek(List.of());

  /** Hours from which on an hour of the week has been seen twice. */
  public static final int TWO_WEEKS = 2 * HourlyVolume.HOURS;

  private static final long HALF_HOUR = HourlyVolume.HOUR / 2;

  public HourOfWeek {
    offsets = List.copyOf(offsets);
  }

  /**
   * What was learnt of scores.
   *
   * @param season {@link #NONE} where they span less than a day or show no cycle
   * @param errors what its offsets may be wrong by
   * @param ofWeek whether hours of the week were told apart, not those of the day alone
   */
  public record Learnt(HourOfWeek season, HourErrors errors, boolean ofWeek) {

    /** No cycle. */
    public static final Learnt NOTHING = new Learnt(NONE, HourErrors.NONE, false);
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
    int cycle = span < TWO_WEEKS ? HourlyVolume.DAY : HourlyVolume.HOURS;
    return learn(
        hours, span, Math.max(variance(scores, times, cycle), varianceInHours(scores, times)));
  }

  /**
   * Learns from what all hours were.
   *
   * @param hours what was seen
   * @param span hours over which that was
   * @param noise variance of an hour's mean times its count
   */
  static Learnt learn(HourlyScores hours, long span, double noise) {
    if (span < HourlyVolume.DAY) {
      return Learnt.NOTHING;
    }
    if (span < TWO_WEEKS) {
      HourlyScores.Slot[] slots = hours.slots(HourlyVolume.DAY);
      Effects effects = ofTheDay(slots, noise);
      int[] each = IntStream.range(0, HourlyVolume.DAY).toArray();
      return of(effects.offsets(), List.of(HourErrors.Layer.whole(each, effects.errors())), slots);
    }
    WeekEffects effects = WeekEffects.learn(hours.slots(), noise);
    return of(effects.offsets(), effects.errors(), hours.slots());
  }

  /**
   * The same less a constant, so that on working days it takes away on average what another one
   * does: what scores have moved by since that one was learnt is no matter of the clock.
   *
   * @param other what a reference was learnt with
   * @param hours how many scores each hour brought
   */
  public HourOfWeek onTheLevelOf(HourOfWeek other, HourlyScores hours) {
    double apart = 0;
    double count = 0;
    HourlyScores.Slot[] slots = hours.slots();
    for (int i = 0; i < slots.length; i++) {
      if (!Weekend.contains(i)) {
        apart += slots[i].count() * (other.offset(i) - offset(i));
        count += slots[i].count();
      }
    }
    double shift = count == 0 ? 0 : apart / count;
    return shift == 0
        ? this
        : new HourOfWeek(
            IntStream.range(0, slots.length).mapToObj(slot -> offset(slot) + shift).toList());
  }

  /** What comes again: the hours of a day where all days are alike, else those of the week. */
  public List<Double> once() {
    boolean alike =
        IntStream.range(HourlyVolume.DAY, offsets.size())
            .allMatch(hour -> offsets.get(hour).equals(offsets.get(hour % HourlyVolume.DAY)));
    return alike && !offsets.isEmpty() ? offsets.subList(0, HourlyVolume.DAY) : offsets;
  }

  /**
   * The other way round.
   *
   * @param once what comes again, as {@link #once} says
   */
  public static HourOfWeek again(List<Double> once) {
    return once.isEmpty()
        ? NONE
        : new HourOfWeek(
            IntStream.range(0, HourlyVolume.HOURS)
                .mapToObj(hour -> once.get(hour % once.size()))
                .toList());
  }

  private double offset(int slot) {
    return offsets.isEmpty() ? 0 : offsets.get(slot);
  }

  /** What an hour adds, counted from the epoch. */
  double added(long hour) {
    return offset(HourlyVolume.slot(hour));
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

  /** Each hour of the day for itself. */
  private static Effects ofTheDay(HourlyScores.Slot[] slots, double noise) {
    double mean = HourlyScores.mean(slots);
    double error = HourlyScores.errorBetweenCycles(slots);
    double[] departures = new double[slots.length];
    double[] squares = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      HourlyScores.Slot slot = slots[i];
      departures[i] = slot.sum() / Math.max(1, slot.count()) - mean;
      squares[i] =
          slot.count() == 0 ? Double.POSITIVE_INFINITY : Math.max(error, noise / slot.count());
    }
    return Effects.shrunk(departures, squares);
  }

  private static Learnt of(
      double[] offsets, List<HourErrors.Layer> errors, HourlyScores.Slot... slots) {
    boolean ofWeek = slots.length == HourlyVolume.HOURS;
    if (Arrays.stream(offsets).allMatch(offset -> offset == 0)) {
      return new Learnt(NONE, HourErrors.NONE, ofWeek);
    }
    double[] once = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      once[i] = (double) slots[i].count() / Math.max(1, slots[i].means().count());
    }
    HourOfWeek season = again(Arrays.stream(offsets).boxed().toList());
    return new Learnt(season, new HourErrors(errors, once), ofWeek);
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
