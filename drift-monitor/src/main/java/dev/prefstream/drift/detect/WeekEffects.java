package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * What each hour of the week adds to a mean, taken apart as an analysis of variance does: what the
 * hour of the day adds, what the day of the week does, and what is left for the hour of the week
 * alone. Each part is shrunk for itself, so an hour of the week with few scores is taken for its
 * hour of the day on its day of the week.
 */
final class WeekEffects {

  private static final int DAY_HOURS = 24;
  private static final int DAYS = 7;

  /** Rounds of fitting hours and days in turn: more change nothing, however traffic is spread. */
  private static final int ROUNDS = 20;

  private final HourlyScores.Slot[] slots;
  private final double noise;
  private final double mean;
  private final double wander;

  private WeekEffects(HourlyScores.Slot[] slots, double noise) {
    this.slots = slots;
    this.noise = noise;
    this.mean = HourlyScores.mean(slots);
    this.wander = wander();
  }

  /**
   * Learns from the hours of the week.
   *
   * @param slots all of them, most seen twice
   * @param noise variance of an hour's mean times its count
   */
  static Effects learn(HourlyScores.Slot[] slots, double noise) {
    return new WeekEffects(slots, noise).effects();
  }

  private Effects effects() {
    double[] ofHours = new double[DAY_HOURS];
    double[] ofDays = new double[DAYS];
    for (int round = 0; round < ROUNDS; round++) {
      ofHours = left(DAY_HOURS, WeekEffects::hourOfDay, ofDays, WeekEffects::dayOfWeek);
      ofDays = left(DAYS, WeekEffects::dayOfWeek, ofHours, WeekEffects::hourOfDay);
    }
    Effects hours =
        Effects.shrunk(ofHours, squares(DAY_HOURS, WeekEffects::hourOfDay, wander / DAYS));
    Effects days = Effects.shrunk(ofDays, squares(DAYS, WeekEffects::dayOfWeek, wander));
    double[] alone = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      alone[i] = departure(i) - hours.offsets()[hourOfDay(i)] - days.offsets()[dayOfWeek(i)];
    }
    Effects rest = Effects.shrunk(alone, squares(slots.length, i -> i, wander));
    return sum(hours, days, rest);
  }

  private static Effects sum(Effects hours, Effects days, Effects rest) {
    int size = rest.offsets().length;
    double[] offsets = new double[size];
    double[] errors = new double[size];
    for (int i = 0; i < size; i++) {
      int hour = hourOfDay(i);
      int day = dayOfWeek(i);
      offsets[i] = hours.offsets()[hour] + days.offsets()[day] + rest.offsets()[i];
      errors[i] =
          Math.sqrt(
              square(hours.errors()[hour]) + square(days.errors()[day]) + square(rest.errors()[i]));
    }
    return new Effects(offsets, errors);
  }

  /** Mean of each group of what the other groups leave. */
  private double[] left(int groups, IntUnaryOperator group, double[] others, IntUnaryOperator of) {
    double[] sums = new double[groups];
    double[] counts = new double[groups];
    for (int i = 0; i < slots.length; i++) {
      int at = group.applyAsInt(i);
      counts[at] += slots[i].count();
      sums[at] += slots[i].count() * (departure(i) - others[of.applyAsInt(i)]);
    }
    for (int i = 0; i < groups; i++) {
      sums[i] /= Math.max(1, counts[i]);
    }
    return sums;
  }

  /** Squared error of each group's mean. */
  private double[] squares(int groups, IntUnaryOperator group, double ofWandering) {
    double[] counts = new double[groups];
    for (int i = 0; i < slots.length; i++) {
      counts[group.applyAsInt(i)] += slots[i].count();
    }
    return Arrays.stream(counts).map(count -> noise / count + ofWandering).toArray();
  }

  /** By how much the mean of an hour of the week departs from that of all. */
  private double departure(int slot) {
    return slots[slot].count() == 0 ? 0 : slots[slot].sum() / slots[slot].count() - mean;
  }

  /**
   * Squared error of an hour's mean over all weeks beyond that of its scores, by how it differs
   * from week to week: what a level that wanders adds. It may last for a day, not for days.
   */
  private double wander() {
    double ofScores = 0;
    int seen = 0;
    for (HourlyScores.Slot slot : slots) {
      if (slot.means().count() > 1) {
        ofScores += noise / slot.count();
        seen++;
      }
    }
    return seen == 0 ? 0 : Math.max(0, HourlyScores.errorBetweenCycles(slots) - ofScores / seen);
  }

  private static int hourOfDay(int slot) {
    return slot % DAY_HOURS;
  }

  private static int dayOfWeek(int slot) {
    return slot / DAY_HOURS;
  }

  private static double square(double x) {
    return x * x;
  }
}
