package dev.prefstream.policy.records;

import dev.prefstream.policy.Adjusted;
import dev.prefstream.policy.Candidate;
import dev.prefstream.policy.Decision;
import dev.prefstream.policy.PolicyInput;
import dev.prefstream.policy.Preferences;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.Style;
import dev.prefstream.schemas.avro.Adjustment;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.StyleRanges;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Between the words of the topics (Avro) and those of the policy (plain Java), for all that judge:
 * the stages, a replay, an explanation.
 */
public final class PolicyWords {

  private PolicyWords() {}

  /** What the policy read when the record was made. */
  public static PolicyInput input(DecisionRecord decided) {
    return new PolicyInput(
        decided.getScore(), decided.getConfidence(), preferences(decided.getSettings()));
  }

  /** What the tenant wants. */
  public static Preferences preferences(PreferenceSettings settings) {
    Map<String, Preferences.Weights> weights = new HashMap<>();
    settings
        .getRegionalWeights()
        .forEach(
            (region, each) ->
                weights.put(
                    region, new Preferences.Weights(each.getDirectness(), each.getFormality())));
    return new Preferences(
        settings.getStrictnessLevel(),
        Optional.ofNullable(settings.getAllowedStyleRanges()).map(PolicyWords::styles),
        weights,
        optional(settings.getResponseFloor()),
        optional(settings.getMaxFabricationRisk()));
  }

  /**
   * The rules for the responses to a ticket.
   *
   * @param floor the installation's, where the tenant names none
   * @param maxFabricationRisk the installation's, where the tenant names none
   */
  public static ResponseRules rules(
      TicketContext ticket, PreferenceSettings settings, double floor, double maxFabricationRisk) {
    Preferences preferences = preferences(settings);
    return new ResponseRules(
        Optional.ofNullable(ticket.getRegion()),
        preferences,
        preferences.floor().orElse(floor),
        preferences.maxFabricationRisk().orElse(maxFabricationRisk));
  }

  /**
   * The rules that the record says were applied to its candidates.
   *
   * @param decided an answer or an escalation: the routing before them judged no candidate
   */
  public static ResponseRules rules(DecisionRecord decided) {
    return new ResponseRules(
        Optional.ofNullable(decided.getContext().getRegion()),
        preferences(decided.getSettings()),
        decided.getFloor(),
        // Records of policy version 1 know no risk, and hold none back.
        decided.getMaxFabricationRisk() == null ? 1 : decided.getMaxFabricationRisk());
  }

  /** What the policy reads of a candidate. */
  public static Candidate candidate(CandidateInput input) {
    return new Candidate(
        input.getResponseId(),
        input.getScore(),
        style(input.getStyle()),
        input.getFabrication() == null ? 0 : input.getFabrication().getRisk());
  }

  /** What the policy reads of each. */
  public static List<Candidate> candidates(List<CandidateInput> inputs) {
    return inputs.stream().map(PolicyWords::candidate).toList();
  }

  /** Where the ticket goes. */
  public static Route route(Decision decision) {
    return Route.valueOf(decision.way().name());
  }

  /** Why. */
  public static List<Reason> reasons(Decision decision) {
    return decision.reasons().stream().map(why -> Reason.valueOf(why.name())).toList();
  }

  /** Each step by name and amount. */
  public static List<Adjustment> adjustments(List<Adjusted.Step> steps) {
    return steps.stream().map(step -> new Adjustment(step.name(), step.amount())).toList();
  }

  private static Preferences.Styles styles(StyleRanges ranges) {
    return new Preferences.Styles(
        ranges.getLengthMin(), ranges.getLengthMax(), optional(ranges.getFormality()));
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static Style style(TextStyle style) {
    return new Style(
        style.getLength(), style.getCodeFence(), style.getFormality(), style.getDirectness());
  }
}
