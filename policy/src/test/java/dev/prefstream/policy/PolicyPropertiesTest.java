package dev.prefstream.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.Decision.Way;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every input of the policy. */
class PolicyPropertiesTest {

  @Property
  void aTicketIsUrgentExactlyWhenItsScoreIsStrictlyAboveStrictness(
      @ForAll("inputs") PolicyInput input) {
    Decision decision = RoutingPolicy.decide(input);

    boolean above = input.score() > input.preferences().strictness();
    assertThat(decision.way() == Way.URGENT).isEqualTo(above);
    assertThat(decision.margin() > 0).isEqualTo(above);
    assertThat(decision.reasons()).isNotEmpty();
  }

  @Property
  void aHigherScoreNeverMakesATicketLessUrgent(
      @ForAll("inputs") PolicyInput input, @ForAll("shares") double other) {
    PolicyInput higher =
        new PolicyInput(Math.max(input.score(), other), input.confidence(), input.preferences());

    if (RoutingPolicy.decide(input).way() == Way.URGENT) {
      assertThat(RoutingPolicy.decide(higher).way()).isEqualTo(Way.URGENT);
    }
  }

  @Property
  void anAdjustedScoreStaysInRangeAndIsExplainedByItsSteps(
      @ForAll("candidates") Candidate candidate, @ForAll("rules") ResponseRules rules) {
    Adjusted adjusted = ResponsePolicy.judge(candidate, rules).adjusted();

    assertThat(adjusted.value()).isBetween(0.0, 1.0);
    double explained =
        candidate.score() + adjusted.steps().stream().mapToDouble(Adjusted.Step::amount).sum();
    assertThat(explained).isCloseTo(adjusted.value(), within(1e-12));
    assertThat(adjusted.steps()).allSatisfy(step -> assertThat(step.amount()).isNotZero());
  }

  @Property
  void aBetterScoreOfTheSameStyleNeverCompetesWorse(
      @ForAll("candidates") Candidate candidate,
      @ForAll("shares") double other,
      @ForAll("rules") ResponseRules rules) {
    Candidate better =
        new Candidate(
            candidate.responseId(),
            Math.max(candidate.score(), other),
            candidate.style(),
            candidate.fabricationRisk());

    assertThat(ResponsePolicy.judge(better, rules).adjusted().value())
        .isGreaterThanOrEqualTo(ResponsePolicy.judge(candidate, rules).adjusted().value());
  }

  @Property
  void theChoiceDependsOnNoOrderReachesTheFloorAndIsBeatenByNone(
      @ForAll("crowds") List<Candidate> candidates,
      @ForAll("rules") ResponseRules rules,
      @ForAll Random random) {
    List<Candidate> shuffled = new ArrayList<>(candidates);
    Collections.shuffle(shuffled, random);

    Optional<Judged> chosen = ResponsePolicy.choose(candidates, rules);

    assertThat(ResponsePolicy.choose(shuffled, rules)).isEqualTo(chosen);
    List<Double> all =
        candidates.stream()
            .map(each -> ResponsePolicy.judge(each, rules).adjusted().value())
            .toList();
    if (chosen.isPresent()) {
      double value = chosen.get().adjusted().value();
      assertThat(value).isGreaterThanOrEqualTo(rules.floor());
      assertThat(all).allSatisfy(each -> assertThat(each).isLessThanOrEqualTo(value));
    } else {
      assertThat(all).allSatisfy(each -> assertThat(each).isLessThan(rules.floor()));
    }
  }

  @Property
  void aResponseOfALengthNotAcceptedIsNeverChosen(
      @ForAll("candidates") Candidate candidate, @ForAll("floors") double floor) {
    int length = candidate.style().length();
    Preferences longer =
        new Preferences(
            0.5,
            Optional.of(
                new Preferences.Styles(length + 1, Integer.MAX_VALUE, OptionalDouble.empty())));

    assertThat(
            ResponsePolicy.choose(
                List.of(candidate), new ResponseRules(Optional.empty(), longer, floor, 1)))
        .isEmpty();
  }

  @Property
  void aResponseAboveTheAcceptedRiskIsNeverChosenAndAnEscalationSaysSo(
      @ForAll("crowds") List<Candidate> candidates,
      @ForAll("inputs") PolicyInput input,
      @ForAll("rules") ResponseRules rules) {
    Optional<Judged> chosen = ResponsePolicy.choose(candidates, rules);
    Decision escalated = RoutingPolicy.escalate(input, candidates, rules);

    chosen.ifPresent(
        each ->
            assertThat(each.candidate().fabricationRisk())
                .isLessThanOrEqualTo(rules.maxFabricationRisk()));
    boolean wouldHaveBeen =
        candidates.stream()
            .filter(each -> each.fabricationRisk() > rules.maxFabricationRisk())
            .anyMatch(each -> ResponsePolicy.choose(List.of(each), rules.unguarded()).isPresent());
    assertThat(escalated.reasons().contains(Decision.Why.RESPONSE_HELD_BACK))
        .isEqualTo(wouldHaveBeen);
    assertThat(escalated.way()).isEqualTo(Way.URGENT);
  }

  @Property
  void aLowerRiskNeverCompetesWorse(
      @ForAll("candidates") Candidate candidate,
      @ForAll("shares") double other,
      @ForAll("rules") ResponseRules rules) {
    Candidate safer =
        new Candidate(
            candidate.responseId(),
            candidate.score(),
            candidate.style(),
            Math.min(candidate.fabricationRisk(), other));

    assertThat(ResponsePolicy.judge(safer, rules).adjusted().value())
        .isGreaterThanOrEqualTo(ResponsePolicy.judge(candidate, rules).adjusted().value());
  }

  @Property
  void regionalWeightsAreNormalised(
      @ForAll("regions") Optional<String> region, @ForAll("preferences") Preferences preferences) {
    RegionalWeights weights = RegionalWeights.of(region, preferences.regionalWeights());

    assertThat(weights.directness() + weights.formality()).isCloseTo(1, within(1e-12));
  }

  @Provide
  Arbitrary<Double> shares() {
    return Arbitraries.doubles().between(0, 1).ofScale(6);
  }

  @Provide
  Arbitrary<Double> floors() {
    return Arbitraries.doubles().between(0.001, 1).ofScale(6);
  }

  @Provide
  Arbitrary<Optional<String>> regions() {
    return Arbitraries.of("US", "JP", "DE").optional();
  }

  @Provide
  Arbitrary<Preferences> preferences() {
    Arbitrary<Integer> lengths = Arbitraries.integers().between(0, 1_000);
    Arbitrary<OptionalDouble> formality =
        shares()
            .optional()
            .map(wish -> wish.map(OptionalDouble::of).orElseGet(OptionalDouble::empty));
    Arbitrary<Preferences.Styles> styles =
        Combinators.combine(lengths, lengths, formality)
            .as(
                (one, other, wish) ->
                    new Preferences.Styles(Math.min(one, other), Math.max(one, other), wish));
    Arbitrary<Map<String, Preferences.Weights>> weights =
        Arbitraries.maps(
                Arbitraries.of("US", "JP", "DE"),
                Combinators.combine(shares(), Arbitraries.doubles().between(0.1, 9))
                    .as(Preferences.Weights::new))
            .ofMaxSize(3);
    return Combinators.combine(shares(), styles.optional(), weights)
        .as(
            (strictness, style, region) ->
                new Preferences(
                    strictness, style, region, OptionalDouble.empty(), OptionalDouble.empty()));
  }

  @Provide
  Arbitrary<ResponseRules> rules() {
    return Combinators.combine(regions(), preferences(), floors(), shares()).as(ResponseRules::new);
  }

  @Provide
  Arbitrary<PolicyInput> inputs() {
    return Combinators.combine(shares(), Arbitraries.doubles().between(0.5, 1), preferences())
        .as(PolicyInput::new);
  }

  @Provide
  Arbitrary<Candidate> candidates() {
    Arbitrary<Style> styles =
        Combinators.combine(
                Arbitraries.integers().between(0, 1_500),
                Arbitraries.of(true, false),
                shares(),
                shares())
            .as(Style::new);
    return Combinators.combine(
            Arbitraries.integers().between(1, 999).map(number -> "R-" + number),
            shares(),
            styles,
            shares())
        .as(Candidate::new);
  }

  @Provide
  Arbitrary<List<Candidate>> crowds() {
    return candidates().list().ofMaxSize(12).uniqueElements(Candidate::responseId);
  }
}
