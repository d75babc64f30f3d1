package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Route;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsAndLabelFormTest {

  @Test
  void readsTheSettingsDocument() {
    Published<PreferenceSettings> result =
        Published.of(
            Input.SETTINGS,
            """
            {"tenant_id": "acme", "preference_settings": {"strictness_level": 0.65,\
             "allowed_style_ranges": {"length": [100, 500], "formality": 0.5}}}
            """);

    PreferenceSettings settings = result.only();
    assertThat(result.keys()).containsExactly("acme");
    assertThat(settings.getStrictnessLevel()).isEqualTo(0.65);
    assertThat(settings.getAllowedStyleRanges().getLengthMin()).isEqualTo(100);
    assertThat(settings.getAllowedStyleRanges().getLengthMax()).isEqualTo(500);
    assertThat(settings.getAllowedStyleRanges().getFormality()).isEqualTo(0.5);
    assertNow(settings.getUpdatedAt());
  }

  @Test
  void whatTheDocumentDoesNotSayIsTheDefault() {
    PreferenceSettings settings =
        Published.of(Input.SETTINGS, "{\"tenant_id\": \"acme\", \"preference_settings\": {}}")
            .only();

    assertThat(settings.getStrictnessLevel()).isEqualTo(0.7);
    assertThat(settings.getAllowedStyleRanges()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "0.0", "1.0"})
  void boundsAreAllowed(String level) {
    PreferenceSettings settings =
        Published.of(
                Input.SETTINGS,
                "{\"tenant_id\": \"a\", \"preference_settings\": {\"strictness_level\": %s, \"allowed_style_ranges\": {\"length\": [7, 7], \"formality\": %s}}}"
                    .formatted(level, level))
            .only();

    assertThat(settings.getStrictnessLevel()).isEqualTo(Double.parseDouble(level));
    assertThat(settings.getAllowedStyleRanges().getLengthMax()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"label\": \"urgent\"', URGENT",
    "'\"label\": \"Standard\"', STANDARD",
    "'\"urgent\": true', URGENT",
    "'\"urgent\": false', STANDARD",
    "'\"urgent\": true, \"label\": \"urgent\"', URGENT"
  })
  void readsLabelsInEitherForm(String fields, Route route) {
    ExpertLabel label = Published.of(Input.LABELS, "{\"id\": \"t\", " + fields + "}").only();

    assertThat(label.getTicketId()).isEqualTo("t");
    assertThat(label.getLabel()).isEqualTo(route);
    assertNow(label.getLabelledAt());
  }

  @Test
  void readsEveryFieldOfALabelAndNoOther() {
    ExpertLabel label =
        Published.of(
                Input.LABELS,
                "{\"ticket_id\": \"t\", \"label\": \"urgent\", \"labelled_by\": \"e1\", \"labelled_at\": \"2026-01-02\", \"domain\": \"technical\", \"comment\": \"c\", \"body\": \"B\"}")
            .only();

    assertThat(label.getLabelledBy()).isEqualTo("e1");
    assertThat(label.getLabelledAt()).isEqualTo(Instant.parse("2026-01-02T00:00:00Z"));
    assertThat(label.getDomain()).isEqualTo("technical");
    assertThat(label.getComment()).isEqualTo("c");
  }

  /** These two forms read the wall clock, in milliseconds. */
  private static void assertNow(Instant time) {
    assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
  }
}
