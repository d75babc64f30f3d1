package dev.prefstream.decision.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.decision.policy.Candidate.Judged;
import dev.prefstream.decision.policy.Decision.Way;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
      @ForAll("candidates") Candidate candidate,
      @ForAll("regions") Optional<String> region,
      @ForAll("preferences") Preferences preferences) {
    Adjusted adjusted = ResponsePolicy.judge(candidate, region, preferences).adjusted();

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
      @ForAll("regions") Optional<String> region,
      @ForAll("preferences") Preferences preferences) {
    Candidate better =
        new Candidate(
            candidate.responseId(), Math.max(candidate.score(), other), candidate.style());

    assertThat(ResponsePolicy.judge(better, region, preferences).adjusted().value())
        .isGreaterThanOrEqualTo(
            ResponsePolicy.judge(candidate, region, preferences).adjusted().value());
  }

  @Property
  void theChoiceDependsOnNoOrderReachesTheFloorAndIsBeatenByNone(
      @ForAll("crowds") List<Candidate> candidates,
      @ForAll("regions") Optional<String> region,
      @ForAll("preferences") Preferences preferences,
      @ForAll("floors") double floor,
      @ForAll Random random) {
    List<Candidate> shuffled = new ArrayList<>(candidates);
    Collections.shuffle(shuffled, random);

    Optional<Judged> chosen = ResponsePolicy.choose(candidates, region, preferences, floor);

    assertThat(ResponsePolicy.choose(shuffled, region, preferences, floor)).isEqualTo(chosen);
    List<Double> all =
        candidates.stream()
            .map(each -> ResponsePolicy.judge(each, region, preferences).adjusted().value())
            .toList();
    if (chosen.isPresent()) {
      double value = chosen.get().adjusted().value();
      assertThat(value).isGreaterThanOrEqualTo(floor);
      assertThat(all).allSatisfy(each -> assertThat(each).isLessThanOrEqualTo(value));
    } else {
      assertThat(all).allSatisfy(each -> assertThat(each).isLessThan(floor));
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

    assertThat(ResponsePolicy.choose(List.of(candidate), Optional.empty(), longer, floor))
        .isEmpty();
  }

  @Property
  void regionalWeightsAreNormalised(@ForAll("regions") Optional<String> region) {
    RegionalWeights weights = RegionalWeights.of(region);

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
    return Combinators.combine(shares(), styles.optional()).as(Preferences::new);
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
            Arbitraries.integers().between(1, 999).map(number -> "R-" + number), shares(), styles)
        .as(Candidate::new);
  }

  @Provide
  Arbitrary<List<Candidate>> crowds() {
    return candidates().list().ofMaxSize(12).uniqueElements(Candidate::responseId);
  }
}
