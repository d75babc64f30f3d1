package dev.prefstream.drift.detect;

/**
 * The hours at which it is Saturday or Sunday somewhere on earth: from Friday 10:00 UTC, when
 * Saturday begins at UTC+14, to Monday 12:00 UTC, when Sunday ends at UTC-12. The other 94 hours of
 * a week are those of working days for all.
 */
public final class Weekend {

  /** Monday 12:00, in hours since the epoch's Thursday. */
  private static final int ENDS = 4 * HourlyVolume.DAY + 12;

  /** Hours of working days from one weekend to the next. */
  private static final int WORKING_HOURS = 94;

  private Weekend() {}

  /** Whether it is weekend at an hour, counted from the epoch. */
  public static boolean contains(long hour) {
    return sinceEnd(hour) >= WORKING_HOURS;
  }

  /**
   * Whether any of some successive hours is one of a weekend.
   *
   * @param from the first, counted from the epoch
   * @param to the last, not before it
   */
  public static boolean touches(long from, long to) {
    return contains(to) || to - from > sinceEnd(to);
  }

  /**
   * How often each hour of the day has passed on working days, of the one that passed least.
   *
   * @param from the first hour, counted from the epoch
   * @param to the hour after the last
   * @param enough stops counting there
   */
  static int workingDays(long from, long to, int enough) {
    int[] passed = new int[HourlyVolume.DAY];
    int complete = 0;
    for (long hour = from; hour < to && complete < HourlyVolume.DAY; hour++) {
      if (!contains(hour)
          && ++passed[(int) Math.floorMod(hour, (long) HourlyVolume.DAY)] == enough) {
        complete++;
      }
    }
    int least = enough;
    for (int times : passed) {
      least = Math.min(least, times);
    }
    return least;
  }

  private static int sinceEnd(long hour) {
    return HourlyVolume.slot(hour - ENDS);
  }
}
