package dev.prefstream.scorer.loop;

/** Waiting times that double from 100 ms to 10 s. Not safe for use by many threads. */
final class Backoff {

  private static final long FIRST_MILLIS = 100;
  private static final long LAST_MILLIS = 10_000;

  private long next = FIRST_MILLIS;

  /** The next waiting time in milliseconds. */
  long nextMillis() {
    long now = next;
    next = Math.min(LAST_MILLIS, 2 * next);
    return now;
  }

  /** It worked: begin small again. */
  void reset() {
    next = FIRST_MILLIS;
  }
}
