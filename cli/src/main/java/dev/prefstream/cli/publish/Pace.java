package dev.prefstream.cli.publish;

import java.util.function.LongSupplier;

/**
 * An even rate: says when the next line is due. Time lost is not made up for beyond one second, so
 * that a pause does not end in a flood. For one thread.
 */
final class Pace {

  private static final long SECOND = 1_000_000_000L;

  private final double perSecond;
  private final LongSupplier nanos;
  private double due;

  /**
   * @param perSecond lines a second; 0 for no limit
   * @param nanos clock in nanoseconds
   */
  Pace(double perSecond, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.nanos = nanos;
    this.due = nanos.getAsLong();
  }

  /** Nanoseconds until the next line is due; 0 when it is, and then it counts as taken. */
  long untilNext() {
    if (perSecond == 0) {
      return 0;
    }
    long now = nanos.getAsLong();
    if (due > now) {
      return Math.max(1, (long) (due - now));
    }
    due = Math.max(due, now - SECOND) + SECOND / perSecond;
    return 0;
  }
}
