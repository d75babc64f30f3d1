package dev.prefstream.scorer.loop;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Tells one fencing, from which a new producer recovers, from two instances that fence each other
 * for ever because they bear the same name. The group knows which of two came last, and its
 * heartbeat tells the other one to stop; until it has, the answers to fencings must not come so
 * fast that both give up. Pure.
 */
final class FencingWatch {

  private static final int MOST = 5;
  private static final long WITHIN_NANOS = Duration.ofMinutes(1).toNanos();

  /** Longer than the three seconds between two heartbeats. */
  private static final long HEARTBEAT_MILLIS = 4_000;

  private final ArrayDeque<Long> fencings = new ArrayDeque<>();

  /** Whether this fencing is one too many within a minute. */
  boolean tooMany(long nowNanos) {
    fencings.addLast(nowNanos);
    while (nowNanos - fencings.getFirst() > WITHIN_NANOS) {
      fencings.removeFirst();
    }
    return fencings.size() > MOST;
  }

  /** How long to wait before the last fencing is answered: the first of a minute at once. */
  long waitMillis() {
    return fencings.size() > 1 ? HEARTBEAT_MILLIS : 0;
  }
}
