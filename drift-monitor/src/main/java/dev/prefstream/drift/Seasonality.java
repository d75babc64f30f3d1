package dev.prefstream.drift;

import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.HoursSeen;

/** How long scores, or embeddings, take to show what comes again with the clock. */
enum Seasonality {
  /** They do not follow it. */
  NONE(0),
  /** They follow the hour of the day, and on weekends perhaps another one. */
  DAY(24),
  /** They follow the hour of the week. */
  WEEK(168);

  /** Of one cycle alone nobody can say what of it comes again. */
  private static final int CYCLES = 2;

  private final int hours;

  Seasonality(int hours) {
    this.hours = hours;
  }

  /** Whether enough was seen for a reference, by the hours until now. */
  boolean shows(HoursSeen seen, long now) {
    return switch (this) {
      case NONE -> true;
      case DAY -> showsWeek(seen, now) || seen.workingDays(now) >= CYCLES;
      case WEEK -> showsWeek(seen, now);
    };
  }

  /** Whether enough was seen to tell one hour of the week from another; nothing asks, in NONE. */
  boolean showsWeek(HoursSeen seen, long now) {
    return this == NONE || seen.until(now) >= HourOfWeek.TWO_WEEKS;
  }

  /** Of so many that are wanted, how many to take of an hour at most, so that all hours count. */
  int ofAnHour(int wanted) {
    int hoursToSee = CYCLES * hours;
    return this == NONE ? Integer.MAX_VALUE : (wanted + hoursToSee - 1) / hoursToSee;
  }
}
