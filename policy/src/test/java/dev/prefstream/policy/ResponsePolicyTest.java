package dev.prefstream.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ResponsePolicyTest {

  private static final Optional<String> NOWHERE = Optional.empty();

  @Test
  void leavesALongTextWithoutCodeOrEvidenceOfStyleAsItIs() {
    Adjusted adjusted = judge(new Style(500, false, 0.5, 0.5), NOWHERE, Preferences.DEFAULT);

    assertThat(adjusted.value()).isEqualTo(0.8);
    assertThat(adjusted.steps()).isEmpty();
  }

  @Test
  void lowersAShortText() {
    Adjusted adjusted = judge(new Style(250, false, 0.5, 0.5), NOWHERE, Preferences.DEFAULT);

    assertThat(adjusted.value()).isEqualTo(0.4);
    assertThat(adjusted.steps()).extracting(Adjusted.Step::name).containsExactly("style-control");
  }

  @Test
  void lowersATextWithACodeFenceByATenth() {
    assertThat(judge(new Style(9999, true, 0.5, 0.5), NOWHERE, Preferences.DEFAULT).value())
        .isCloseTo(0.72, within(1e-12));
  }

  @Test
  void weighsDirectnessMoreInTheUnitedStates() {
    Style direct = new Style(500, false, 0.5, 1);

    assertThat(judge(direct, Optional.of("US"), Preferences.DEFAULT).value())
        .isCloseTo(0.8 + 0.1 * 0.7 / 1.3 * 0.5, within(1e-12));
    assertThat(judge(direct, Optional.of("DE"), Preferences.DEFAULT).value())
        .isCloseTo(0.8 + 0.1 * 0.4 * 0.5, within(1e-12));
  }

  @Test
  void weighsFormalityLessInJapan() {
    Style formal = new Style(500, false, 1, 0.5);

    assertThat(judge(formal, Optional.of("JP"), Preferences.DEFAULT).value())
        .isCloseTo(0.8 + 0.1 * 0.3 / 0.7 * 0.5, within(1e-12));
    assertThat(judge(formal, NOWHERE, Preferences.DEFAULT).value())
        .isCloseTo(0.8 + 0.1 * 0.6 * 0.5, within(1e-12));
  }

  @Test
  void lowersATextFarFromTheWishedFormality() {
    assertThat(judge(new Style(500, false, 0.5, 0.5), NOWHERE, styles(0, 1000, 1)).value())
        .isCloseTo(0.7, within(1e-12));
  }

  @Test
  void takesLengthsUpToBothEndsOfTheRange() {
    assertThat(judge(new Style(500, false, 0.5, 0.5), NOWHERE, styles(500, 500, 0.5)).value())
        .isEqualTo(0.8);
    assertThat(judge(new Style(501, false, 0.5, 0.5), NOWHERE, styles(500, 500, 0.5)).value())
        .isZero();
  }

  @Test
  void weighsARegionAsTheTenantSays() {
    Preferences own =
        new Preferences(
            0.5,
            Optional.empty(),
            Map.of("DE", new Preferences.Weights(3, 1)),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    Style direct = new Style(500, false, 0.5, 1);

    assertThat(judge(direct, Optional.of("DE"), own).value())
        .isCloseTo(0.8 + 0.1 * 0.75 * 0.5, within(1e-12));
    assertThat(judge(direct, Optional.of("US"), own).value())
        .isCloseTo(0.8 + 0.1 * 0.7 / 1.3 * 0.5, within(1e-12));
  }

  @Test
  void holdsBackOnlyARiskAboveTheAcceptedOne() {
    ResponseRules rules = new ResponseRules(NOWHERE, Preferences.DEFAULT, 0.2, 0.5);
    Style plain = new Style(500, false, 0.5, 0.5);
    Candidate atTheLimit = new Candidate("R-1", 0.8, plain, 0.5);
    Candidate above = new Candidate("R-2", 0.9, plain, Math.nextUp(0.5));

    assertThat(ResponsePolicy.choose(List.of(atTheLimit, above), rules).orElseThrow().candidate())
        .isEqualTo(atTheLimit);
    assertThat(ResponsePolicy.judge(above, rules).adjusted().steps())
        .containsExactly(new Adjusted.Step("fabrication-risk", -0.9));
    assertThat(ResponsePolicy.isHeldBack(above, rules)).isTrue();
    assertThat(ResponsePolicy.isHeldBack(atTheLimit, rules)).isFalse();
  }

  private static Adjusted judge(Style style, Optional<String> region, Preferences preferences) {
    return ResponsePolicy.judge(
            new Candidate("R-1", 0.8, style, 0), new ResponseRules(region, preferences, 0.2, 1))
        .adjusted();
  }

  private static Preferences styles(int shortest, int longest, double formality) {
    return new Preferences(
        0.5, Optional.of(new Preferences.Styles(shortest, longest, OptionalDouble.of(formality))));
  }
}
