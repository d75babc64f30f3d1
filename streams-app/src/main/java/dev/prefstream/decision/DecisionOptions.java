package dev.prefstream.decision;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.streams.StreamsOptions;
import java.time.Duration;
import java.util.List;

/**
 * How responses compete and how long tickets wait for them.
 *
 * @param settle time for better responses to come, from the first that reaches the floor
 * @param floor least adjusted score of a response that may be sent, in (0, 1]
 * @param waiting how long a STANDARD ticket waits for a response that reaches the floor
 * @param escalate which tickets become urgent when none does
 * @param maxFabricationRisk a response of a higher risk is held back, in [0, 1]
 * @param maxCandidates most responses kept for one ticket
 * @param retention how long a ticket is remembered
 * @param clockTolerance how far a record's time may differ from this machine's clock
 */
public record DecisionOptions(
    Duration settle,
    double floor,
    Duration waiting,
    Escalate escalate,
    double maxFabricationRisk,
    int maxCandidates,
    Duration retention,
    Duration clockTolerance) {

  /** Which STANDARD tickets become urgent when no response reaches the floor in time. */
  public enum Escalate {
    /** Each of them. */
    ALWAYS,
    /** Those for which at least one response was offered. */
    OFFERED,
    /** None. */
    NEVER
  }

  public static final Option<Duration> SETTLE =
      Option.duration(
          "decision.response-settle",
          "2s",
          "0s",
          "1h",
          "How long better responses may still come once one reaches the floor; longer chooses better and answers later.");

  public static final Option<Double> FLOOR =
      Option.decimal(
          "decision.response-floor",
          0.2,
          0.001,
          1,
          "Least adjusted score of a response that may be sent; higher sends fewer and better ones and escalates more.");

  public static final Option<Duration> WAIT =
      Option.duration(
          "decision.response-wait",
          "15m",
          "1ms",
          "30d",
          "How long a standard ticket waits for a response that reaches the floor before it is escalated.");

  public static final Option<Escalate> ESCALATE =
      Option.choice(
          "decision.escalate",
          Escalate.class,
          Escalate.ALWAYS,
          "Which standard tickets become urgent when no response reaches the floor in time: all, those that were offered one, or none.");

  public static final Option<Double> MAX_FABRICATION_RISK =
      Option.decimal(
          "decision.max-fabrication-risk",
          0.4,
          0,
          1,
          "A response whose fabrication risk is above it is not sent, where the tenant's settings name no other; lower holds back more, false alarms too. 1 sends all.");

  public static final Option<Integer> MAX_CANDIDATES =
      Option.integer(
          "decision.max-candidates",
          64,
          1,
          1024,
          "Most responses that compete for one ticket; beyond it the weakest is let go.");

  public static final Option<Duration> RETENTION =
      Option.duration(
          "decision.state-retention",
          "7d",
          "1m",
          "365d",
          "How long, after its last change, a ticket is remembered, in record time; a score that comes again later than that is written to the log again.");

  public DecisionOptions {
    if (retention.compareTo(waiting.plus(settle)) < 0) {
      throw new ConfigurationException(
          "%s = %s is shorter than %s + %s = %s: a ticket must be remembered as long as it waits; raise the first or lower the others"
              .formatted(
                  RETENTION.key(), retention, WAIT.key(), SETTLE.key(), waiting.plus(settle)));
    }
  }

  public static List<Option<?>> all() {
    return List.of(SETTLE, FLOOR, WAIT, ESCALATE, MAX_FABRICATION_RISK, MAX_CANDIDATES, RETENTION);
  }

  public static DecisionOptions of(Configuration configuration) {
    return new DecisionOptions(
        configuration.get(SETTLE),
        configuration.get(FLOOR),
        configuration.get(WAIT),
        configuration.get(ESCALATE),
        configuration.get(MAX_FABRICATION_RISK),
        configuration.get(MAX_CANDIDATES),
        configuration.get(RETENTION),
        configuration.get(StreamsOptions.CLOCK_TOLERANCE));
  }
}
