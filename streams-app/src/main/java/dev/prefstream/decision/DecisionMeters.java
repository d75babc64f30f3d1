package dev.prefstream.decision;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
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
  private final Counter unknownTenants;
  private final Counter erasures;
  private final Counter afterErasure;
  private final Timer time;

  DecisionMeters(MeterRegistry registry) {
    this.urgent = Metric.DECISIONS.counter(registry, word(Route.URGENT));
    this.standard = Metric.DECISIONS.counter(registry, word(Route.STANDARD));
    this.escalations = Metric.ESCALATIONS.counter(registry);
    this.autoResponses = Metric.AUTO_RESPONSES.counter(registry);
    this.heldBack = Metric.RESPONSES_HELD_BACK.counter(registry);
    this.lateBetter = Metric.LATE_CANDIDATES.counter(registry, "true");
    this.lateOthers = Metric.LATE_CANDIDATES.counter(registry, "false");
    this.unknownTenants = Metric.UNKNOWN_TENANTS.counter(registry);
    this.erasures = Metric.ERASURES.counter(registry, DecisionTopology.STAGE);
    this.afterErasure = Metric.AFTER_ERASURE.counter(registry, DecisionTopology.STAGE);
    this.time = Metric.DECISION_TIME.timer(registry);
  }

  /**
   * @param requestedAt when intake made the request
   */
  void routed(RoutingDecision decision, Instant requestedAt) {
    (decision.getRoute() == Route.URGENT ? urgent : standard).increment();
    Duration taken = Duration.between(requestedAt, decision.getDecidedAt());
    // Clocks of two machines may disagree; a timer takes no negative time.
    time.record(taken.isNegative() ? Duration.ZERO : taken);
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

  void unknownTenant() {
    unknownTenants.increment();
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
