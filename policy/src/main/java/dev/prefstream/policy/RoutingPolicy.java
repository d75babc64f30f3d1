package dev.prefstream.policy;

import dev.prefstream.policy.Decision.Way;
import dev.prefstream.policy.Decision.Why;
import java.util.Collection;
import java.util.List;

/** Where tickets go. */
public final class RoutingPolicy {

  private RoutingPolicy() {}

  /** Urgent when the score is strictly above the tenant's strictness level. */
  public static Decision decide(PolicyInput input) {
    double threshold = input.preferences().strictness();
    boolean urgent = input.score() > threshold;
    return decision(
        input,
        urgent ? Way.URGENT : Way.STANDARD,
        urgent ? Why.SCORE_ABOVE_STRICTNESS : Why.SCORE_WITHIN_STRICTNESS);
  }

  /**
   * Urgent after all, since no response came up to the floor in time.
   *
   * @param candidates all that were offered
   */
  public static Decision escalate(
      PolicyInput input, Collection<Candidate> candidates, ResponseRules rules) {
    return candidates.stream().anyMatch(each -> ResponsePolicy.isHeldBack(each, rules))
        ? decision(input, Way.URGENT, Why.NO_RESPONSE_REACHED_FLOOR, Why.RESPONSE_HELD_BACK)
        : decision(input, Way.URGENT, Why.NO_RESPONSE_REACHED_FLOOR);
  }

  private static Decision decision(PolicyInput input, Way way, Why... reasons) {
    double threshold = input.preferences().strictness();
    return new Decision(
        way, threshold, input.score() - threshold, input.confidence(), List.of(), List.of(reasons));
  }
}
