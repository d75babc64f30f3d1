package dev.prefstream.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that end. */
final class Waiting {

  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  private Waiting() {}

  /**
   * Blocks until the condition holds.
   *
   * @param what completes "waited for"
   */
  static void until(String what, Duration limit, BooleanSupplier condition)
      throws TimeoutException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new TimeoutException("waited %d s for %s".formatted(limit.toSeconds(), what));
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("while waiting for " + what);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  /** Blocks for as long. */
  static void pass(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while measuring");
      }
      LockSupport.parkNanos(left);
    }
  }
}
