package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.metrics.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts what happens to a stage's input records: each is received once and then exactly one of
 * processed, duplicate or dead-lettered. The last is counted by the handlers that refuse it. Work
 * repeated after an aborted transaction is counted again. Safe for use by many threads.
 */
public final class StageCounters {

  private final Counter received;
  private final Counter processed;
  private final Counter duplicates;

  /**
   * @param stage intake, decision, oversight or drift
   */
  public StageCounters(String stage, MeterRegistry registry) {
    this.received = Metric.RECEIVED.counter(registry, stage);
    this.processed = Metric.PROCESSED.counter(registry, stage);
    this.duplicates = Metric.DUPLICATES.counter(registry, stage);
  }

  /** A record reached the stage's first processor. */
  public void received() {
    received.increment();
  }

  /** It led to its output, or to none by design. */
  public void processed() {
    processed.increment();
  }

  /** It was dropped because the same one came before. */
  public void duplicate() {
    duplicates.increment();
  }
}
