package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What each hour of the week adds to a mean, taken apart as an analysis of variance does: what the
 * hour of the day adds, what the day of the week does, and of what is left, what halves of a day
 * do, quarters, eighths and hours, since neighbours are alike. Each part is shrunk for itself, as
 * wavelets are level by level (D. L. Donoho and I. M. Johnstone, "Adapting to unknown smoothness
 * via wavelet shrinkage", JASA 90 (1995)), so an hour of the week with few scores is taken for its
 * hour of the day and its part of the week.
 */
final class WeekEffects {

  private static final int DAYS = 7;

  /** Parts of the week within a day, in hours. */
  private static final int[] PARTS = {12, 6, 3, 1};

  /** Rounds of fitting hours and days in turn: more change nothing, however traffic is spread. */
  private static final int ROUNDS = 20;

  private final HourlyScores.Slot[] slots;
  private final double noise;
  private final double mean;
  private final double wander;
  private final double[] offsets;
  private final List<HourErrors.Layer> errors = new ArrayList<>();

  private WeekEffects(HourlyScores.Slot[] slots, double noise) {
    this.slots = slots;
    this.noise = noise;
    this.mean = HourlyScores.mean(slots);
    this.wander = wander();
    this.offsets = new double[slots.length];
    learn();
  }

  /**
   * Learns from the hours of the week.
   *
   * @param slots all of them, most seen twice
   * @param noise variance of an hour's mean times its count
   */
  static WeekEffects learn(HourlyScores.Slot[] slots, double noise) {
    return new WeekEffects(slots, noise);
  }

  /** What each hour of the week adds. */
  double[] offsets() {
    return offsets.clone();
  }

  /** What these may be wrong by: each part by an error that all of its hours share. */
  List<HourErrors.Layer> errors() {
    return List.copyOf(errors);
  }

  private void learn() {
    IntUnaryOperator hourOfDay = slot -> slot % HourlyVolume.DAY;
    IntUnaryOperator dayOfWeek = slot -> slot / HourlyVolume.DAY;
    double[] ofHours = new double[HourlyVolume.DAY];
    double[] ofDays = new double[DAYS];
    for (int round = 0; round < ROUNDS; round++) {
      ofHours = means(HourlyVolume.DAY, hourOfDay, ofDays, dayOfWeek);
      ofDays = means(DAYS, dayOfWeek, ofHours, hourOfDay);
    }
    add(ofHours, hourOfDay, wander / DAYS);
    add(ofDays, dayOfWeek, wander);
    for (int hours : PARTS) {
      IntUnaryOperator part = slot -> slot / hours;
      double[] nothing = new double[1];
      add(means(slots.length / hours, part, nothing, slot -> 0), part, wander);
    }
  }

  /** Mean of each group, less what was found so far and what other groups add. */
  private double[] means(
      int groups, IntUnaryOperator group, double[] others, IntUnaryOperator other) {
    double[] sums = new double[groups];
    double[] counts = new double[groups];
    for (int i = 0; i < slots.length; i++) {
      HourlyScores.Slot slot = slots[i];
      int at = group.applyAsInt(i);
      double known = mean + offsets[i] + others[other.applyAsInt(i)];
      counts[at] += slot.count();
      sums[at] += slot.sum() - slot.count() * known;
    }
    for (int i = 0; i < groups; i++) {
      sums[i] /= Math.max(1, counts[i]);
    }
    return sums;
  }

  /** Takes what groups add, as far as it is more than chance. */
  private void add(double[] departures, IntUnaryOperator group, double ofWandering) {
    double[] counts = new double[departures.length];
    for (int i = 0; i < slots.length; i++) {
      counts[group.applyAsInt(i)] += slots[i].count();
    }
    double[] chance = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      chance[i] = noise / counts[i] + ofWandering;
    }
    Effects effects = Effects.shrunk(departures, chance);
    int[] groups = IntStream.range(0, slots.length).map(group).toArray();
    for (int i = 0; i < slots.length; i++) {
      offsets[i] += effects.offsets()[groups[i]];
    }
    errors.add(new HourErrors.Layer(groups, effects.errors()));
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
}
