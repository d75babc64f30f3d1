package dev.prefstream.drift.detect;

/**
 * How much of a day's cycle a stream has shown: so many predictions over a time. A stream that
 * fills its reference within a day is compared with those hours. A slower one would be compared
 * with the hours that it happened to begin in, and its nights would be drift from its days.
 *
 * @param predictions predictions seen, at least 1
 * @param millis event time between the first and the last of them
 */
public record Coverage(long predictions, long millis) {

  /** Of the first day alone nobody can say what of it comes again. */
  private static final int DAYS = 2;

  /** Whether a reference of so many predictions would take more than a day. */
  public boolean slow(int reference) {
    return (double) millis * reference > (double) HourOfWeek.DAY * predictions;
  }

  /** Whether there were days enough to learn what hours add. */
  public boolean showsDays() {
    return millis >= DAYS * HourOfWeek.DAY;
  }
}
