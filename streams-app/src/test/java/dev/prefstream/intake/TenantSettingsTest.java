package dev.prefstream.intake;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.RegionWeights;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.StyleRanges;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which settings a ticket's request carries, for all that is decided on it. */
class TenantSettingsTest {

  private StageDriver intake;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    intake = StageDriver.intake(stateDir, Map.of("intake.tenants", "known, second"));
  }

  @AfterEach
  void countsAddUp() {
    assertThat(intake.received())
        .isEqualTo(intake.processed() + intake.duplicates() + intake.deadLettered());
    intake.close();
  }

  @Test
  void aRequestCarriesItsTenantsSettingsWithTheirVersion() {
    PreferenceSettings strict = settings("known", 0.3);
    send(strict);

    assertThat(ask("T-1", "known")).isEqualTo(new SettingsInForce(strict, "0-0"));
    assertThat(ask("T-2", "second")).as("for the built-in ones").isNull();
  }

  @Test
  void aTenantNobodyNamedHasThoseForAllAndIsCounted() {
    send(settings("known", 0.1));
    assertThat(ask("T-1", "nobody")).isNull();

    PreferenceSettings forAll = settings("default", 0.4);
    send(forAll);
    assertThat(ask("T-2", "nobody")).isEqualTo(new SettingsInForce(forAll, "0-1"));
    ask("T-3", "second");

    assertThat(Metric.UNKNOWN_TENANTS.counter(intake.registry()).count()).isEqualTo(2);
  }

  @Test
  void changesLive() {
    send(settings("known", 0.9));
    assertThat(strictness("T-1")).isEqualTo(0.9);
    send(settings("known", 0.5));
    assertThat(strictness("T-2")).isEqualTo(0.5);
  }

  @Test
  void aRecordWithoutValueTakesThemBack() {
    send(settings("known", 0.1));
    intake.send(Topics.PREFERENCE_SETTINGS, "known", null);

    assertThat(ask("T-1", "known")).isNull();
  }

  /** All that is decided on one ticket goes by one document, though another comes in between. */
  @Test
  void aResponseHasTheSettingsItsTicketCameUnder() {
    PreferenceSettings first = settings("known", 0.3);
    send(first);
    ask("T-1", "known");
    send(settings("known", 0.6));
    intake.send(
        Topics.RESPONSES,
        "T-1",
        Response.newBuilder().setTicketId("T-1").setResponseId("R-1").setText("Hello").build());

    assertThat(only(intake.read(Topics.SCORING_REQUESTS)).getSettings())
        .isEqualTo(new SettingsInForce(first, "0-0"));
  }

  /** They are for intake alone, and may be as large as many tickets. */
  @Test
  void knownTermsStayBehind() {
    PreferenceSettings withTerms = settings("known", 0.3);
    withTerms.setKnownTerms(List.of("Fabrikam", "4.2"));
    send(withTerms);

    assertThat(ask("T-1", "known")).isEqualTo(new SettingsInForce(settings("known", 0.3), "0-0"));
    assertThat(only(intake.read(Topics.SETTINGS_IN_FORCE)).getSettings()).isEqualTo(withTerms);
  }

  @Test
  void settingsOfATenantThatIsNotServedAreRefusedByName() {
    send(settings("nobody", 0.1));

    DeadLetter letter = only(intake.deadLetters());
    assertThat(letter.getReason()).isEqualTo(PoisonReason.UNKNOWN_TENANT.name());
    assertThat(letter.getMessage()).contains("2 in intake.tenants", "add the tenant");
    assertThat(ask("T-1", "nobody")).isNull();
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        invalid("strictness_level", each -> each.setStrictnessLevel(1.01)),
        invalid("strictness_level", each -> each.setStrictnessLevel(-0.01)),
        invalid("strictness_level", each -> each.setStrictnessLevel(Double.NaN)),
        invalid("length", each -> each.setAllowedStyleRanges(new StyleRanges(500, 100, null))),
        invalid("length", each -> each.setAllowedStyleRanges(new StyleRanges(-1, 100, null))),
        invalid("formality", each -> each.setAllowedStyleRanges(new StyleRanges(0, 100, 1.5))),
        invalid(
            "formality", each -> each.setAllowedStyleRanges(new StyleRanges(0, 100, Double.NaN))),
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
    PreferenceSettings valid = settings("known", 0.3);
    valid.setResponseFloor(0.9);
    send(valid);
    PreferenceSettings wrong = settings("known", 0.2);
    change.accept(wrong);
    send(wrong);

    DeadLetter letter = only(intake.deadLetters());
    assertThat(letter.getStage()).isEqualTo("intake");
    assertThat(letter.getReason()).isEqualTo(PoisonReason.INVALID_FIELD.name());
    assertThat(letter.getMessage()).contains(field, "expected", "previous ones stay in force");
    assertThat(letter.getOriginalValue()).isNotNull();
    assertThat(ask("T-1", "known")).isEqualTo(new SettingsInForce(valid, "0-0"));
    assertThat(only(intake.read(Topics.SETTINGS_IN_FORCE)).getSettings()).isEqualTo(valid);
  }

  @Test
  void settingsUnderAnotherKeyOrBrokenOnesAreRefused() {
    intake.send(Topics.PREFERENCE_SETTINGS, "second", settings("known", 0.5));
    intake.send(Topics.PREFERENCE_SETTINGS, " ", settings(" ", 0.5));
    intake.sendBytes(Topics.PREFERENCE_SETTINGS, "known", new byte[] {7});

    assertThat(intake.deadLetters())
        .extracting(DeadLetter::getReason)
        .containsExactly(
            PoisonReason.INVALID_FIELD.name(),
            PoisonReason.MISSING_ID.name(),
            PoisonReason.UNDECODABLE.name());
    assertThat(ask("T-1", "known")).isNull();
  }

  @Test
  void afterARefusalACorrectedDocumentComesInForce() {
    send(settings("known", 7));
    send(settings("known", 0.2));

    assertThat(ask("T-1", "known")).isEqualTo(new SettingsInForce(settings("known", 0.2), "0-1"));
    assertThat(intake.deadLetters()).hasSize(1);
  }

  @Test
  void areInForceFromTheirPlaceInTheStreamNotFromTheirTime() {
    send(settings("known", 0.3));
    Instant past = StageDriver.START.minus(Duration.ofDays(30));
    intake.send(
        Topics.PREFERENCE_SETTINGS, new TestRecord<>("known", settings("known", 0.6), past));

    assertThat(strictness("T-1")).isEqualTo(0.6);
  }

  @Test
  void outlastARestart() {
    send(settings("known", 0.3));
    intake.restart();

    assertThat(strictness("T-1")).isEqualTo(0.3);
  }

  private double strictness(String ticketId) {
    return requireNonNull(ask(ticketId, "known")).getSettings().getStrictnessLevel();
  }

  /** Sends a ticket; the settings of the one request that comes of it. */
  private @Nullable SettingsInForce ask(String ticketId, String tenant) {
    intake.send(
        Topics.TICKETS,
        ticketId,
        Ticket.newBuilder().setTicketId(ticketId).setTenantId(tenant).setBody("text").build());
    ScoringRequest request = only(intake.read(Topics.SCORING_REQUESTS));
    return request.getSettings();
  }

  private void send(PreferenceSettings settings) {
    intake.send(Topics.PREFERENCE_SETTINGS, settings.getTenantId(), settings);
  }

  private static PreferenceSettings settings(String tenant, double strictness) {
    return PreferenceSettings.newBuilder()
        .setTenantId(tenant)
        .setStrictnessLevel(strictness)
        .setUpdatedAt(StageDriver.START)
        .build();
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }
}
