package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What each hour of the week adds to a mean, taken apart as an analysis of variance does: what the
 * hour of the day adds, what the day of the week does, and how far each day follows the hour of the
 * day, for weekends may follow it less (J. Mandel, "Non-additivity in two-way analysis of
 * variance", JASA 56 (1961)); and of what is left, what halves of a day do, quarters, eighths and
 * hours, since neighbours are alike. Each part is shrunk for itself, as wavelets are level by level
 * (D. L. Donoho and I. M. Johnstone, "Adapting to unknown smoothness via wavelet shrinkage", JASA
 * 90 (1995)), so an hour of the week with few scores is taken for its hour of the day and its part
 * of the week.
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
    double[] cycle = add(ofHours, hourOfDay, wander / DAYS);
    double[] level = add(ofDays, dayOfWeek, wander);
    addSlopes(cycle, dayOfWeek);
    boolean known = isAny(cycle) || isAny(level);
    for (int hours : PARTS) {
      IntUnaryOperator part = slot -> slot / hours;
      double[] nothing = new double[1];
      double[] ofParts = means(slots.length / hours, part, nothing, slot -> 0);
      double[] chance = chance(slots.length / hours, part, wander);
      Effects effects = known ? Effects.expected(ofParts, chance) : Effects.shrunk(ofParts, chance);
      add(effects, part, ones());
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

  /**
   * Takes what groups add, as far as it is more than chance.
   *
   * @return what each group adds
   */
  private double[] add(double[] departures, IntUnaryOperator group, double ofWandering) {
    Effects effects = Effects.shrunk(departures, chance(departures.length, group, ofWandering));
    add(effects, group, ones());
    return effects.offsets();
  }

  /** What each day has more or less of what hours of the day add. */
  private void addSlopes(double[] cycle, IntUnaryOperator day) {
    double[] shares =
        IntStream.range(0, slots.length).mapToDouble(i -> cycle[i % cycle.length]).toArray();
    double[] products = new double[DAYS];
    double[] squares = new double[DAYS];
    double[] weights = new double[DAYS];
    for (int i = 0; i < slots.length; i++) {
      HourlyScores.Slot slot = slots[i];
      int at = day.applyAsInt(i);
      double weight = shares[i] * slot.count();
      products[at] += shares[i] * (slot.sum() - slot.count() * (mean + offsets[i]));
      squares[at] += shares[i] * weight;
      weights[at] += weight * weight;
    }
    double[] slopes = new double[DAYS];
    double[] chance = new double[DAYS];
    for (int i = 0; i < DAYS; i++) {
      boolean seen = squares[i] > 0;
      slopes[i] = seen ? products[i] / squares[i] : 0;
      chance[i] =
          seen
              ? noise / squares[i] + wander * weights[i] / (squares[i] * squares[i])
              : Double.POSITIVE_INFINITY;
    }
    add(Effects.shrunk(slopes, chance), day, shares);
  }

  /** Squared error of the mean of each group. */
  private double[] chance(int groups, IntUnaryOperator group, double ofWandering) {
    double[] counts = new double[groups];
    for (int i = 0; i < slots.length; i++) {
      counts[group.applyAsInt(i)] += slots[i].count();
    }
    return Arrays.stream(counts).map(count -> noise / count + ofWandering).toArray();
  }

  /**
   * Takes effects.
   *
   * @param shares what of its group's effect each hour has
   */
  private void add(Effects effects, IntUnaryOperator group, double[] shares) {
    int[] groups = IntStream.range(0, slots.length).map(group).toArray();
    for (int i = 0; i < slots.length; i++) {
      offsets[i] += shares[i] * effects.offsets()[groups[i]];
    }
    errors.add(new HourErrors.Layer(groups, shares, effects.errors()));
  }

  private double[] ones() {
    double[] ones = new double[slots.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static boolean isAny(double[] effects) {
    return Arrays.stream(effects).anyMatch(effect -> effect != 0);
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
