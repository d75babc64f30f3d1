package dev.prefstream.drift;

/** How long scores take to show what comes again with the clock. */
enum Seasonality {
  /** They do not follow it. */
  NONE(0),
  /** They follow the hour of the day. */
  DAY(24),
  /** They follow the hour of the week. */
  WEEK(168);

  /** Of one cycle alone nobody can say what of it comes again. */
  private static final int CYCLES = 2;

  private final int hours;

  Seasonality(int hours) {
    this.hours = hours;
  }

  /** Hours that a reference must have seen. */
  int hoursToSee() {
    return CYCLES * hours;
  }

  /** Of so many that are wanted, how many to take of an hour at most, so that all hours count. */
  int ofAnHour(int wanted) {
    return this == NONE ? Integer.MAX_VALUE : (wanted + hoursToSee() - 1) / hoursToSee();
  }
}
