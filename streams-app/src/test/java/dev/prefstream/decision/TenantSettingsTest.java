package dev.prefstream.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.RegionWeights;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** By which settings a ticket is judged, seen from outside the topology. */
class TenantSettingsTest {

  private StageDriver decision;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    decision =
        StageDriver.decision(
            stateDir,
            Map.of("decision.tenants", "known, second", "decision.response-floor", "0.5"));
  }

  @AfterEach
  void countsAddUp() {
    assertThat(decision.received())
        .isEqualTo(decision.processed() + decision.duplicates() + decision.deadLettered());
    decision.close();
  }

  @Test
  void aTenantNobodyNamedIsJudgedByTheDefaultsAndCounted() {
    send(Scores.settings("known", 0.1, null));
    DecisionRecord without = decide("T-1", "nobody", 0.5);
    assertThat(without.getThreshold()).isEqualTo(0.7);
    assertThat(without.getSettingsVersion()).isEqualTo("default");
    assertThat(without.getSettings().getTenantId()).isEqualTo("default");

    send(Scores.settings("default", 0.4, null));
    DecisionRecord with = decide("T-2", "nobody", 0.5);
    assertThat(with.getThreshold()).isEqualTo(0.4);
    assertThat(with.getSettingsVersion()).isEqualTo("0-1");
    decide("T-3", "second", 0.5);

    assertThat(Metric.UNKNOWN_TENANTS.counter(decision.registry()).count()).isEqualTo(2);
  }

  @Test
  void settingsOfATenantThatIsNotServedAreRefusedByName() {
    send(Scores.settings("nobody", 0.1, null));

    DeadLetter letter = only(decision.deadLetters());
    assertThat(letter.getReason()).isEqualTo(PoisonReason.UNKNOWN_TENANT.name());
    assertThat(letter.getMessage()).contains("2 in decision.tenants", "add the tenant");
    assertThat(decide("T-1", "nobody", 0.5).getThreshold()).isEqualTo(0.7);
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        invalid("strictness_level", each -> each.setStrictnessLevel(1.5)),
        invalid("response_floor", each -> each.setResponseFloor(-0.1)),
        invalid("max_fabrication_risk", each -> each.setMaxFabricationRisk(Double.NaN)),
        invalid(
            "regional_weights",
            each -> each.setRegionalWeights(Map.of("US", new RegionWeights(-1.0, 0.5)))),
        invalid("known_terms", each -> each.setKnownTerms(List.of("term", " "))),
        invalid("known_terms", each -> each.setKnownTerms(List.of("x".repeat(257)))));
  }

  private static Arguments invalid(String field, Consumer<PreferenceSettings> change) {
    return Arguments.of(field, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalid")
  void anInvalidDocumentIsRefusedWithItsFieldAndTheOneBeforeStaysInForceWhole(
      String field, Consumer<PreferenceSettings> change) {
    PreferenceSettings valid = Scores.settings("known", 0.3, null);
    valid.setResponseFloor(0.9);
    send(valid);
    PreferenceSettings wrong = Scores.settings("known", 0.2, null);
    change.accept(wrong);
    send(wrong);

    DeadLetter letter = only(decision.deadLetters());
    assertThat(letter.getReason()).isEqualTo(PoisonReason.INVALID_FIELD.name());
    assertThat(letter.getMessage()).contains(field, "expected", "previous ones stay in force");
    assertThat(letter.getOriginalValue()).isNotNull();
    DecisionRecord decided = decide("T-1", "known", 0.25);
    assertThat(decided.getSettings()).isEqualTo(valid);
    assertThat(decided.getSettingsVersion()).isEqualTo("0-0");
    assertThat(only(decision.read(Topics.SETTINGS_IN_FORCE)).getSettings()).isEqualTo(valid);
  }

  @Test
  void afterARefusalACorrectedDocumentComesInForce() {
    send(Scores.settings("known", 7, null));
    send(Scores.settings("known", 0.2, null));

    DecisionRecord decided = decide("T-1", "known", 0.25);
    assertThat(decided.getThreshold()).isEqualTo(0.2);
    assertThat(decided.getSettingsVersion()).isEqualTo("0-1");
    assertThat(decision.deadLetters()).hasSize(1);
  }

  @Test
  void aTicketThatWaitsIsEndedByTheSettingsItWasRoutedBy() {
    PreferenceSettings strict = Scores.settings("default", 0.7, null);
    strict.setResponseFloor(0.8);
    send(strict);
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.7));
    PreferenceSettings lax = Scores.settings("default", 0.05, null);
    lax.setResponseFloor(0.1);
    send(lax);
    send(Scores.response("T-1", "R-2", 0.75));
    decision.advance(Duration.ofMinutes(15));

    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    List<DecisionRecord> log = decision.read(Topics.DECISION_LOG);
    assertThat(log).hasSize(2);
    assertThat(log.get(1).getFloor()).isEqualTo(0.8);
    assertThat(log.get(1).getSettings()).isEqualTo(strict);
  }

  @Test
  void settingsAreInForceFromTheirPlaceInTheStreamNotFromTheirTime() {
    send(Scores.settings("known", 0.3, null));
    PreferenceSettings old = Scores.settings("known", 0.6, null);
    Instant past = StageDriver.START.minus(Duration.ofDays(30));
    decision.send(Topics.PREFERENCE_SETTINGS, new TestRecord<>("known", old, past));

    assertThat(decide("T-1", "known", 0.5).getThreshold()).isEqualTo(0.6);
  }

  @Test
  void settingsInForceOutlastARestart() {
    send(Scores.settings("known", 0.3, null));
    decision.restart();

    assertThat(decide("T-1", "known", 0.5).getThreshold()).isEqualTo(0.3);
  }

  /** Sends a ticket's score; the one decision that comes of it. */
  private DecisionRecord decide(String id, String tenant, double score) {
    send(Scores.ticket(id, tenant, score));
    return only(decision.read(Topics.DECISION_LOG));
  }

  private void send(Score score) {
    decision.send(Topics.SCORES, score.getTicketId(), score);
  }

  private void send(PreferenceSettings settings) {
    decision.send(Topics.PREFERENCE_SETTINGS, settings.getTenantId(), settings);
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }
}
