package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What scores were in each hour of the week while a reference, or its hours, are learnt, so that
 * the cycle is known of all that was seen, however little of it is kept. Mutable; one thread.
 */
public final class HourlyScores {

  private final Slot[] slots;
  private HoursSeen seen;

  /**
   * An hour of the week.
   *
   * @param count scores
   * @param sum their sum
   * @param means of the means of the hours, one for each week
   */
  public record Slot(long count, double sum, SignalChart.Moments means) {

    /** Of no scores. */
    public static final Slot EMPTY = new Slot(0, 0, SignalChart.Moments.NONE);

    Slot plus(Slot other) {
      return new Slot(count + other.count, sum + other.sum, means.plus(other.means));
    }
  }

  /** Nothing seen yet. */
  public HourlyScores() {
    this(HoursSeen.NONE, new Slot[0]);
  }

  /**
   * What was kept before.
   *
   * @param seen since when
   * @param slots all hours of the week in order, or none
   */
  public HourlyScores(HoursSeen seen, Slot... slots) {
    this.seen = seen;
    this.slots = Arrays.copyOf(slots, HourlyVolume.HOURS);
    for (int i = slots.length; i < this.slots.length; i++) {
      this.slots[i] = Slot.EMPTY;
    }
  }

  /**
   * Of scores that are all at hand.
   *
   * @param times their event times in milliseconds, in any order
   */
  public static HourlyScores of(double[] scores, long[] times) {
    Map<Long, double[]> hours = new TreeMap<>();
    for (int i = 0; i < scores.length; i++) {
      double[] hour = hours.computeIfAbsent(HourlyVolume.hour(times[i]), key -> new double[2]);
      hour[0]++;
      hour[1] += scores[i];
    }
    HourlyScores all = new HourlyScores();
    // Not those that were begun late or ended early, or have late scores alone.
    double few = scores.length / 4.0 / Math.max(1, hours.size());
    hours.forEach((hour, values) -> all.plus(hour, (long) values[0], values[1], values[0] >= few));
    return all;
  }

  /**
   * Takes an hour.
   *
   * @param hour counted from the epoch
   * @param count scores that it brought, at least 1
   * @param sum their sum
   */
  public void plus(long hour, long count, double sum) {
    plus(hour, count, sum, true);
  }

  private void plus(long hour, long count, double sum, boolean compared) {
    seen = seen.with(hour);
    int slot = HourlyVolume.slot(hour);
    SignalChart.Moments mean = SignalChart.Moments.NONE;
    slots[slot] = slots[slot].plus(new Slot(count, sum, compared ? mean.plus(sum / count) : mean));
  }

  /** Since when; hours that were skipped do not count. */
  public HoursSeen seen() {
    return seen;
  }

  /** Passes over some hours, such as those of an incident: they do not count as seen. */
  public void skip(long hours) {
    seen = seen.without(hours);
  }

  /** Without what weekends brought. */
  public HourlyScores ofWorkingDays() {
    Slot[] kept = slots.clone();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = Weekend.contains(i) ? Slot.EMPTY : kept[i];
    }
    return new HourlyScores(seen, kept);
  }

  /** Scores of all hours. */
  public long count() {
    return Arrays.stream(slots).mapToLong(Slot::count).sum();
  }

  /** Mean of all scores of some hours. */
  static double mean(Slot[] slots) {
    long count = 0;
    double sum = 0;
    for (Slot slot : slots) {
      count += slot.count();
      sum += slot.sum();
    }
    return sum / Math.max(1, count);
  }

  /**
   * Squared error of an hour's mean over all cycles, by how it differs from cycle to cycle: large
   * where the level wanders for hours or days, which comes again at no hour. 0 where less than half
   * of the hours were seen twice.
   */
  static double errorBetweenCycles(Slot[] slots) {
    double sum = 0;
    int twice = 0;
    for (Slot slot : slots) {
      SignalChart.Moments means = slot.means();
      if (means.count() > 1) {
        sum += means.variance() / means.count();
        twice++;
      }
    }
    return 2 * twice < slots.length ? 0 : sum / twice;
  }

  /** All hours of the week in order. */
  public Slot[] slots() {
    return slots.clone();
  }

  /** The same by hour of a shorter cycle. */
  Slot[] slots(int hours) {
    Slot[] cycle = new Slot[hours];
    Arrays.fill(cycle, Slot.EMPTY);
    for (int i = 0; i < slots.length; i++) {
      cycle[i % hours] = cycle[i % hours].plus(slots[i]);
    }
    return cycle;
  }
}
