package dev.prefstream.cli.quickstart;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM, as a flag that the command looks at, so that it ends in its own order:
 * interrupting it would break into clients that are being closed. The JVM stays until the command
 * has ended, 30 s at most.
 */
final class StopSignal implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "quickstart-stop"));
  }

  /** Whether the command has been asked to stop. */
  boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits until asked to stop or the time is over. */
  void await(Duration time) {
    try {
      requested.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      requested.countDown();
    }
  }

  private void stop() {
    requested.countDown();
    try {
      ended.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The command has ended. */
  @Override
  public void close() {
    ended.countDown();
  }
}
