package dev.prefstream.scorer.loop;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Tells one fencing, from which a new producer recovers, from two instances that fence each other
 * for ever because they bear the same name. Pure.
 */
final class FencingWatch {

  private static final int MOST = 5;
  private static final long WITHIN_NANOS = Duration.ofMinutes(1).toNanos();

  private final ArrayDeque<Long> fencings = new ArrayDeque<>();

  /** Whether this fencing is one too many within a minute. */
  boolean tooMany(long nowNanos) {
    fencings.addLast(nowNanos);
    while (nowNanos - fencings.getFirst() > WITHIN_NANOS) {
      fencings.removeFirst();
    }
    return fencings.size() > MOST;
  }
}
