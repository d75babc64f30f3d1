package dev.prefstream.intake;

import dev.prefstream.intake.masking.PersonalKind;
import dev.prefstream.runtime.metrics.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;

/** Counts what happens at intake beside the stage's books. Safe for use by many threads. */
final class IntakeMeters {

  /** Which text something was masked in. */
  enum Text {
    TICKET,
    RESPONSE
  }

  private final MeterRegistry registry;
  private final Counter erasures;
  private final Counter afterErasure;
  private final Counter unmatched;
  private final Counter unknownTenants;

  IntakeMeters(MeterRegistry registry) {
    this.registry = registry;
    this.erasures = Metric.ERASURES.counter(registry, IntakeTopology.STAGE);
    this.afterErasure = Metric.AFTER_ERASURE.counter(registry, IntakeTopology.STAGE);
    this.unmatched = Metric.UNMATCHED_RESPONSES.counter(registry);
    this.unknownTenants = Metric.UNKNOWN_TENANTS.counter(registry);
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

  void unknownTenant() {
    unknownTenants.increment();
  }

  /**
   * @param found how many items of each kind were masked
   */
  void masked(Text text, Map<PersonalKind, Integer> found) {
    found.forEach(
        (kind, count) -> Metric.MASKED.counter(registry, word(kind), word(text)).increment(count));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
