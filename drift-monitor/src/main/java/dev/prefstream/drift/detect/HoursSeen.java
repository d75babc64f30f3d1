package dev.prefstream.drift.detect;

/**
 * From when on something was seen.
 *
 * @param first the first hour, counted from the epoch; the least number for none
 */
public record HoursSeen(long first) {

  /** Nothing was seen. */
  public static final HoursSeen NONE = new HoursSeen(Long.MIN_VALUE);

  /** With one more hour; it counts where it is the first. */
  public HoursSeen with(long hour) {
    return first == NONE.first ? new HoursSeen(hour) : this;
  }

  /** Hours since the first; 0 before it. */
  public long until(long now) {
    return first == NONE.first ? 0 : now - first;
  }

  /** Passes over some hours, such as those of an incident: they do not count as seen. */
  public HoursSeen without(long hours) {
    return first == NONE.first ? this : new HoursSeen(first + hours);
  }

  /** How often each hour of the day has passed on working days until now, of the rarest; or 2. */
  public int workingDays(long now) {
    return first == NONE.first ? 0 : Weekend.workingDays(first, now, 2);
  }
}
