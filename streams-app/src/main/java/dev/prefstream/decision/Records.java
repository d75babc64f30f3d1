package dev.prefstream.decision;

import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.Decision;
import dev.prefstream.policy.Policy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.RoutingPolicy;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.TicketContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Makes the records that tell of what follows a routing. All events of a ticket are judged by the
 * settings it was routed by, which its first record holds.
 */
final class Records {

  private Records() {}

  /** The ticket becomes urgent after all, since none of the candidates may be sent. */
  static DecisionRecord escalated(
      DecisionRecord routed, List<CandidateInput> candidates, ResponseRules rules, Instant now) {
    return outcome(
            DecisionRecord.newBuilder(routed)
                .setEvent(DecisionEvent.ESCALATED)
                .setCandidates(candidates)
                .setFloor(rules.floor())
                .setMaxFabricationRisk(rules.maxFabricationRisk()),
            RoutingPolicy.escalate(
                PolicyWords.input(routed), PolicyWords.candidates(candidates), rules),
            now)
        .build();
  }

  /** The ticket, still STANDARD, is answered; the adjustments are those of the chosen response. */
  static DecisionRecord autoResponded(
      DecisionRecord routed,
      List<CandidateInput> candidates,
      ResponseRules rules,
      Judged chosen,
      Instant now) {
    return DecisionRecord.newBuilder(routed)
        .setEvent(DecisionEvent.AUTO_RESPONDED)
        .setCandidates(candidates)
        .setFloor(rules.floor())
        .setMaxFabricationRisk(rules.maxFabricationRisk())
        .setPolicyVersion(Policy.VERSION)
        .setAdjustments(PolicyWords.adjustments(chosen.adjusted().steps()))
        .setResponseId(chosen.candidate().responseId())
        .setDecidedAt(now)
        .build();
  }

  /**
   * What goes to the log: without metadata, which may name people. Shares all else with what it was
   * made from: Avro's builders copy every nested record, which costs more than writing it.
   */
  static DecisionRecord forLog(DecisionRecord made) {
    if (made.getContext().getMetadata().isEmpty()) {
      return made;
    }
    TicketContext context = new TicketContext();
    share(made.getContext(), context);
    context.setMetadata(Map.of());
    DecisionRecord log = new DecisionRecord();
    share(made, log);
    log.setContext(context);
    return log;
  }

  private static <R extends SpecificRecord> void share(R from, R to) {
    for (int i = 0; i < from.getSchema().getFields().size(); i++) {
      to.put(i, from.get(i));
    }
  }

  /** What subscribers read of a choice. */
  static AutoResponse autoResponse(DecisionRecord made, Judged chosen, String text) {
    CandidateInput input =
        made.getCandidates().stream()
            .filter(each -> each.getResponseId().equals(chosen.candidate().responseId()))
            .findFirst()
            .orElseThrow();
    return AutoResponse.newBuilder()
        .setTicketId(made.getTicketId())
        .setResponseId(input.getResponseId())
        .setText(text)
        .setContext(made.getContext())
        .setScore(input.getScore())
        .setAdjustedScore(chosen.adjusted().value())
        .setAdjustments(made.getAdjustments())
        .setFloor(made.getFloor())
        .setCandidates(made.getCandidates().size())
        .setModel(input.getModel())
        .setPolicyVersion(made.getPolicyVersion())
        .setDecidedAt(made.getDecidedAt())
        .setSource(input.getSource())
        .build();
  }

  private static DecisionRecord.Builder outcome(
      DecisionRecord.Builder record, Decision decision, Instant now) {
    return record
        .setPolicyVersion(Policy.VERSION)
        .setRoute(PolicyWords.route(decision))
        .setThreshold(decision.threshold())
        .setMargin(decision.margin())
        .setAdjustments(PolicyWords.adjustments(decision.adjustments()))
        .setReasons(PolicyWords.reasons(decision))
        .setDecidedAt(now);
  }
}
