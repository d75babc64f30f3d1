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
  private final Timer time;

  DecisionMeters(MeterRegistry registry) {
    this.urgent = Metric.DECISIONS.counter(registry, word(Route.URGENT));
    this.standard = Metric.DECISIONS.counter(registry, word(Route.STANDARD));
    this.escalations = Metric.ESCALATIONS.counter(registry);
    this.autoResponses = Metric.AUTO_RESPONSES.counter(registry);
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

  private static String word(Route route) {
    return route.name().toLowerCase(Locale.ROOT);
  }
}
