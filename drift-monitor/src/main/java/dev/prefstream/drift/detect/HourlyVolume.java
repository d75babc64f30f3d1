package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * How much traffic each hour of the week brings, by event time, to tell a collapse or a burst of
 * traffic from a change in what it says. Mutable; one thread.
 *
 * <p>An hour's expectation is a moving average of what it brought in earlier weeks, or, before two
 * of these, of all hours of the last week. Late values count in the hour that runs.
 */
public final class HourlyVolume {

  /** Hours of a day. */
  static final int DAY = 24;

  /** Hours in a week. */
  public static final int HOURS = 168;

  /** Milliseconds of an hour. */
  public static final long HOUR = 3_600_000L;

  /** Traffic below this part of what is expected has collapsed. */
  public static final double COLLAPSE = 0.3;

  private static final int LEAST_HOURS = 24;
  private static final int LEAST_WEEKS = 2;
  private static final int MEMORY_WEEKS = 8;

  private final double[] means;
  private final int[] weeks;
  private double overall;
  private long hours;

  public HourlyVolume() {
    this(new double[HOURS], new int[HOURS], 0, 0);
  }

  /**
   * What was kept before; the arrays are taken over.
   *
   * @param means expected traffic of each hour of the week
   * @param weeks weeks each of these was seen in, at most 8
   * @param overall average of the last week's hours
   * @param hours full hours seen
   */
  public HourlyVolume(double[] means, int[] weeks, double overall, long hours) {
    this.means = means;
    this.weeks = weeks;
    this.overall = overall;
    this.hours = hours;
  }

  /** The hour an event time lies in, counted from the epoch. */
  public static long hour(long eventTime) {
    return Math.floorDiv(eventTime, HOUR);
  }

  /** Place of an hour in the week, 0 to 167. */
  static int slot(long hour) {
    return (int) Math.floorMod(hour, (long) HOURS);
  }

  /**
   * Takes a full hour, and the empty ones after it.
   *
   * @param hour the hour
   * @param count what it brought
   * @param next the hour that runs now, after it; after more than a week everything is forgotten
   */
  public void plus(long hour, long count, long next) {
    if (next - hour > HOURS) {
      Arrays.fill(means, 0);
      Arrays.fill(weeks, 0);
      overall = 0;
      hours = 0;
      return;
    }
    take(hour, count);
    for (long empty = hour + 1; empty < next; empty++) {
      take(empty, 0);
    }
  }

  private void take(long hour, double count) {
    int slot = slot(hour);
    weeks[slot] = Math.min(MEMORY_WEEKS, weeks[slot] + 1);
    means[slot] += (count - means[slot]) / weeks[slot];
    hours++;
    overall += (count - overall) / Math.min(HOURS, hours);
  }

  /** What an hour should bring; NaN before a day of history. */
  public double expected(long hour) {
    if (hours < LEAST_HOURS) {
      return Double.NaN;
    }
    int slot = slot(hour);
    return weeks[slot] >= LEAST_WEEKS ? means[slot] : overall;
  }

  /**
   * The least that an hour may bring: what it should, where two weeks of it were seen; before, the
   * least that any hour brought, since nights and weekends are quiet. NaN before a day of history.
   */
  public double least(long hour) {
    if (hours < LEAST_HOURS || weeks[slot(hour)] >= LEAST_WEEKS) {
      return expected(hour);
    }
    double least = overall;
    for (int i = 0; i < HOURS; i++) {
      least = weeks[i] > 0 ? Math.min(least, means[i]) : least;
    }
    return least;
  }

  /** What an hour between two event times should bring on average; NaN before a day of history. */
  public double expected(long from, long to) {
    double sum = 0;
    long first = hour(from);
    long last = Math.min(hour(to), first + HOURS - 1);
    for (long hour = first; hour <= last; hour++) {
      sum += expected(hour);
    }
    return sum / (last - first + 1);
  }

  /** A copy of the expectations. */
  public double[] means() {
    return means.clone();
  }

  /** A copy of the weeks seen. */
  public int[] weeks() {
    return weeks.clone();
  }

  public double overall() {
    return overall;
  }

  public long hours() {
    return hours;
  }
}
