package dev.prefstream.benchmarks;

import dev.prefstream.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the scores that are committed from its start on. */
final class ScoredCount implements AutoCloseable {

  private final AtomicLong scored = new AtomicLong();
  private final Duration limit;
  private final CommittedReader reader;

  /**
   * @param limit longest wait
   */
  ScoredCount(BenchCluster cluster, Duration limit) {
    this.limit = limit;
    this.reader =
        new CommittedReader(
            cluster.clientConfig(),
            List.of(cluster.installation().name(Topics.SCORES)),
            record -> scored.incrementAndGet());
  }

  long now() {
    return scored.get();
  }

  /** Blocks until so many are there, or what scores them has stopped by itself. */
  void await(DrainArm.Running running, long count) throws TimeoutException, InterruptedException {
    Waiting.until(
        "%d records to be scored".formatted(count),
        limit,
        () -> {
          running.check();
          return scored.get() >= count;
        });
  }

  @Override
  public void close() {
    reader.close();
  }
}
