package dev.prefstream.policy.records;

import dev.prefstream.policy.Decision;
import dev.prefstream.policy.Policy;
import dev.prefstream.policy.PolicyInput;
import dev.prefstream.policy.RoutingPolicy;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.SettingsInForce;
import java.util.List;

/**
 * The first decision on a ticket. It follows from the ticket's score alone, which carries the
 * settings to judge by: whoever has the score comes to the same decision, bit for bit, also who
 * publishes it at once and who writes it to the log later.
 */
public final class Routing {

  private static final SettingsInForce BUILT_IN =
      new SettingsInForce(SettingsRules.BUILT_IN, "default");

  private Routing() {}

  /** The settings by which all is decided on the score's ticket. */
  public static SettingsInForce settings(Score score) {
    return score.getSettings() == null ? BUILT_IN : score.getSettings();
  }

  /**
   * The decision with everything it was made from. Decided when the score came back from the
   * device.
   *
   * @param score of a ticket
   */
  public static DecisionRecord decide(Score score) {
    SettingsInForce inForce = settings(score);
    Decision decision =
        RoutingPolicy.decide(
            new PolicyInput(
                score.getScore(),
                score.getConfidence(),
                PolicyWords.preferences(inForce.getSettings())));
    // By the constructor: a builder checks and copies, for each ticket.
    return new DecisionRecord(
        DecisionEvent.ROUTED,
        score.getTicketId(),
        score.getContext(),
        score.getScore(),
        score.getLogit(),
        score.getConfidence(),
        score.getStyle(),
        score.getTruncated(),
        score.getModel(),
        inForce.getSettings(),
        inForce.getVersion(),
        List.of(),
        null,
        null,
        Policy.VERSION,
        PolicyWords.route(decision),
        decision.threshold(),
        decision.margin(),
        PolicyWords.adjustments(decision.adjustments()),
        PolicyWords.reasons(decision),
        null,
        score.getScoredAt());
  }

  /**
   * What subscribers read of a routing or an escalation.
   *
   * @param made no answer, which routes nothing
   */
  public static RoutingDecision decision(DecisionRecord made) {
    int revision = made.getEvent() == DecisionEvent.ROUTED ? 1 : 2;
    return new RoutingDecision(
        made.getTicketId() + "#" + revision,
        made.getTicketId(),
        revision,
        made.getRoute(),
        made.getContext(),
        made.getScore(),
        made.getThreshold(),
        made.getMargin(),
        made.getConfidence(),
        made.getAdjustments(),
        made.getReasons(),
        made.getModel(),
        made.getPolicyVersion(),
        made.getSettingsVersion(),
        made.getDecidedAt());
  }
}
