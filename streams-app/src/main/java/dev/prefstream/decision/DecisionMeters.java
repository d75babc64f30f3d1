package dev.prefstream.decision;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.Route;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts and times decisions. Safe for use by many threads. */
final class DecisionMeters {

  private final Counter urgent;
  private final Counter standard;
  private final Counter escalations;
  private final Counter autoResponses;
  private final Counter heldBack;
  private final Counter lateBetter;
  private final Counter lateOthers;
  private final Counter erasures;
  private final Counter afterErasure;

  DecisionMeters(MeterRegistry registry) {
    this.urgent = Metric.DECISIONS.counter(registry, word(Route.URGENT));
    this.standard = Metric.DECISIONS.counter(registry, word(Route.STANDARD));
    this.escalations = Metric.ESCALATIONS.counter(registry);
    this.autoResponses = Metric.AUTO_RESPONSES.counter(registry);
    this.heldBack = Metric.RESPONSES_HELD_BACK.counter(registry);
    this.lateBetter = Metric.LATE_CANDIDATES.counter(registry, "true");
    this.lateOthers = Metric.LATE_CANDIDATES.counter(registry, "false");
    this.erasures = Metric.ERASURES.counter(registry, DecisionTopology.STAGE);
    this.afterErasure = Metric.AFTER_ERASURE.counter(registry, DecisionTopology.STAGE);
  }

  void routed(Route route) {
    (route == Route.URGENT ? urgent : standard).increment();
  }

  void escalated() {
    escalations.increment();
  }

  void autoResponded() {
    autoResponses.increment();
  }

  void heldBack() {
    heldBack.increment();
  }

  void late(boolean better) {
    (better ? lateBetter : lateOthers).increment();
  }

  void erased() {
    erasures.increment();
  }

  void droppedAfterErasure() {
    afterErasure.increment();
  }

  private static String word(Route route) {
    return route.name().toLowerCase(Locale.ROOT);
  }
}
