package dev.prefstream.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM as a flag to look at, so that a command ends in its own order; interrupting its
 * thread would break into clients that are committing. The JVM stays until {@link #close}, or until
 * the limit. Safe for use by many threads.
 */
public final class StopSignal implements AutoCloseable {

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Duration limit;
  private final Thread hook = new Thread(this::stop, "stop");

  /**
   * Begins to listen.
   *
   * @param limit how long the command may take to end once it is asked to
   */
  public StopSignal(Duration limit) {
    this.limit = limit;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the process was asked to stop. */
  public boolean requested() {
    return requested.getCount() == 0;
  }

  /**
   * Waits until it is asked to stop, {@code time} at most; says whether it was. An interrupt of the
   * thread asks, too.
   */
  public boolean await(Duration time) {
    try {
      return requested.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      requested.countDown();
      return true;
    }
  }

  /** The command has ended. Idempotent. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook waits for what was just counted down.
    }
  }

  private void stop() {
    requested.countDown();
    try {
      ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
