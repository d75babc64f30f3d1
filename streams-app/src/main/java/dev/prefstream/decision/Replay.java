package dev.prefstream.decision;

import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.Decision;
import dev.prefstream.policy.Policy;
import dev.prefstream.policy.PolicyInput;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.RoutingPolicy;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.schemas.avro.Adjustment;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Route;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Runs the policy again over what a decision record says was read. */
public final class Replay {

  private Replay() {}

  /** Whether these rules decide as those the record was decided by. */
  public static boolean isReplayable(DecisionRecord recorded) {
    return Policy.REPLAYABLE.contains(recorded.getPolicyVersion());
  }

  /**
   * What comes out otherwise than recorded, in words; empty when the outcome is the same, bit for
   * bit. Never customer text.
   *
   * @throws IllegalArgumentException when the record was made by another version of the policy
   */
  public static Optional<String> difference(DecisionRecord recorded) {
    if (!isReplayable(recorded)) {
      throw new IllegalArgumentException(
          "the record was decided by policy version %s, and this is version %s: replay it with the release that has it"
              .formatted(recorded.getPolicyVersion(), Policy.VERSION));
    }
    return switch (recorded.getEvent()) {
      case ROUTED -> difference(recorded, RoutingPolicy.decide(PolicyWords.input(recorded)));
      case ESCALATED ->
          choose(recorded)
              .map(chosen -> "found a response at or above the floor, recorded none")
              .or(() -> difference(recorded, escalate(recorded)));
      case AUTO_RESPONDED -> answerDifference(recorded);
    };
  }

  private static Optional<String> answerDifference(DecisionRecord recorded) {
    PolicyInput input = PolicyWords.input(recorded);
    Decision routing = RoutingPolicy.decide(input);
    if (PolicyWords.route(routing) != Route.STANDARD) {
      return Optional.of("route: found URGENT, recorded an answer to a STANDARD ticket");
    }
    Optional<Judged> chosen = choose(recorded);
    return first(
        differs(
            "response_id",
            chosen.map(judged -> judged.candidate().responseId()).orElse("none"),
            recorded.getResponseId()),
        differs(
            "adjustments",
            chosen
                .map(judged -> PolicyWords.adjustments(judged.adjusted().steps()))
                .orElse(List.<Adjustment>of()),
            recorded.getAdjustments()),
        differs("route", PolicyWords.route(routing), recorded.getRoute()),
        differs("threshold", routing.threshold(), recorded.getThreshold()),
        differs("margin", routing.margin(), recorded.getMargin()),
        differs("reasons", PolicyWords.reasons(routing), recorded.getReasons()));
  }

  private static Optional<String> difference(DecisionRecord recorded, Decision found) {
    return first(
        differs("route", PolicyWords.route(found), recorded.getRoute()),
        differs("threshold", found.threshold(), recorded.getThreshold()),
        differs("margin", found.margin(), recorded.getMargin()),
        differs(
            "adjustments", PolicyWords.adjustments(found.adjustments()), recorded.getAdjustments()),
        differs("reasons", PolicyWords.reasons(found), recorded.getReasons()));
  }

  private static Optional<Judged> choose(DecisionRecord recorded) {
    return ResponsePolicy.choose(
        PolicyWords.candidates(recorded.getCandidates()), PolicyWords.rules(recorded));
  }

  private static Decision escalate(DecisionRecord recorded) {
    return RoutingPolicy.escalate(
        PolicyWords.input(recorded),
        PolicyWords.candidates(recorded.getCandidates()),
        PolicyWords.rules(recorded));
  }

  /** Doubles compare by their bits here, since they come boxed. */
  private static Optional<String> differs(String field, Object found, Object recorded) {
    return Objects.equals(found, recorded)
        ? Optional.empty()
        : Optional.of("%s: found %s, recorded %s".formatted(field, found, recorded));
  }

  @SafeVarargs
  private static Optional<String> first(Optional<String>... differences) {
    return List.of(differences).stream().flatMap(Optional::stream).findFirst();
  }
}
