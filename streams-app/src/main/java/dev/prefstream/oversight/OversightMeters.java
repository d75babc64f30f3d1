package dev.prefstream.oversight;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.AuditKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts what oversight does beside its input. Safe for use by many threads. */
final class OversightMeters {

  /** What came of a label. */
  enum LabelOutcome {
    /** The ticket had none. */
    FIRST,
    /** It replaced another route. */
    CHANGED,
    /** It is newer than an equal one. */
    CONFIRMED,
    /** One given later stands. */
    OUTDATED
  }

  private final MeterRegistry registry;
  private final Counter requested;
  private final Counter unmatched;
  private final Counter erasures;
  private final Counter afterErasure;
  private final Counter styleAlerts;

  OversightMeters(MeterRegistry registry) {
    this.registry = registry;
    this.requested = Metric.REVIEWS_REQUESTED.counter(registry);
    this.unmatched = Metric.UNMATCHED_LABELS.counter(registry);
    this.erasures = Metric.ERASURES.counter(registry, OversightTopology.STAGE);
    this.afterErasure = Metric.AFTER_ERASURE.counter(registry, OversightTopology.STAGE);
    this.styleAlerts = Metric.STYLE_ALERTS.counter(registry);
  }

  void requested() {
    requested.increment();
  }

  void label(LabelOutcome outcome) {
    Metric.LABELS.counter(registry, word(outcome)).increment();
  }

  void unmatchedLabel() {
    unmatched.increment();
  }

  void erased() {
    erasures.increment();
  }

  void droppedAfterErasure() {
    afterErasure.increment();
  }

  void fairnessAlarm(AuditKind kind) {
    Metric.FAIRNESS_ALARMS.counter(registry, word(kind)).increment();
  }

  void styleAlert() {
    styleAlerts.increment();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
