package dev.prefstream.intake;

import dev.prefstream.runtime.metrics.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what happens at intake beside the stage's books. Safe for use by many threads. */
final class IntakeMeters {

  private final Counter erasures;
  private final Counter afterErasure;
  private final Counter unmatched;

  IntakeMeters(MeterRegistry registry) {
    this.erasures = Metric.ERASURES.counter(registry, IntakeTopology.STAGE);
    this.afterErasure = Metric.AFTER_ERASURE.counter(registry, IntakeTopology.STAGE);
    this.unmatched = Metric.UNMATCHED_RESPONSES.counter(registry);
  }

  void erased() {
    erasures.increment();
  }

  void droppedAfterErasure() {
    afterErasure.increment();
  }

  void unmatched(long responses) {
    unmatched.increment(responses);
  }
}
