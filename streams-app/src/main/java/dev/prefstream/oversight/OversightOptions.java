package dev.prefstream.oversight;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.List;

/**
 * How decisions are checked.
 *
 * @param reviewRate share of decisions sent to experts, in [0, 1]
 * @param auditEvery time between two audits of a tenant whose counts changed
 * @param auditMinimum least decisions of a group that is compared
 * @param retention how long a decision waits for its label, and a label for its decision
 */
public record OversightOptions(
    double reviewRate, Duration auditEvery, int auditMinimum, Duration retention) {

  public static final Option<Double> REVIEW_RATE =
      Option.decimal(
          "oversight.review-rate",
          0.02,
          0,
          1,
          "Share of decisions sent to experts, picked by a hash of the ticket id; higher narrows the accuracy's interval and costs experts' time.");

  public static final Option<Duration> AUDIT_EVERY =
      Option.duration(
          "oversight.fairness-interval",
          "1m",
          "1s",
          "1d",
          "Time between two fairness audits of a tenant with new decisions.");

  public static final Option<Integer> AUDIT_MINIMUM =
      Option.integer(
          "oversight.fairness-min-count",
          30,
          1,
          Integer.MAX_VALUE,
          "Least decisions of a group whose urgent rate is compared; lower sees small groups and raises false alarms.");

  public static final Option<Duration> RETENTION =
      Option.duration(
          "oversight.state-retention",
          "92d",
          "1m",
          "1000d",
          "How long, in record time, a decision is remembered for its label, a label for its decision, and a month's counts after its end.");

  public static List<Option<?>> all() {
    return List.of(REVIEW_RATE, AUDIT_EVERY, AUDIT_MINIMUM, RETENTION);
  }

  public static OversightOptions of(Configuration configuration) {
    return new OversightOptions(
        configuration.get(REVIEW_RATE),
        configuration.get(AUDIT_EVERY),
        configuration.get(AUDIT_MINIMUM),
        configuration.get(RETENTION));
  }
}
