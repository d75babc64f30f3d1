package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.decision.DecisionOptions.Escalate;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.oversight.OversightOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsAppOptionsTest {

  @Test
  void hasDefaults() {
    Configuration configuration = with(Map.of());

    assertThat(IntakeOptions.of(configuration))
        .isEqualTo(new IntakeOptions(1 << 20, 64, 2048, Duration.ofDays(7), Duration.ofMinutes(5)));
    assertThat(DecisionOptions.of(configuration))
        .isEqualTo(
            new DecisionOptions(
                Duration.ofSeconds(2),
                0.2,
                Duration.ofMinutes(15),
                Escalate.ALWAYS,
                0.4,
                64,
                Duration.ofDays(7),
                Set.of(),
                Duration.ofMinutes(5)));
    assertThat(OversightOptions.of(configuration))
        .isEqualTo(new OversightOptions(0.02, Duration.ofMinutes(1), 30, Duration.ofDays(92)));
  }

  @Test
  void takesEveryKey() {
    Configuration configuration =
        with(
            Map.ofEntries(
                Map.entry("intake.max-text-bytes", "2KiB"),
                Map.entry("intake.max-responses-per-ticket", "5"),
                Map.entry("intake.max-metadata-bytes", "512"),
                Map.entry("intake.join-retention", "2d"),
                Map.entry("streams.clock-tolerance", "1h"),
                Map.entry("decision.response-settle", "3s"),
                Map.entry("decision.response-floor", "0.6"),
                Map.entry("decision.response-wait", "1h"),
                Map.entry("decision.escalate", "offered"),
                Map.entry("decision.max-fabrication-risk", "0.8"),
                Map.entry("decision.tenants", "a, b"),
                Map.entry("decision.max-candidates", "7"),
                Map.entry("decision.state-retention", "3d"),
                Map.entry("oversight.review-rate", "0.1"),
                Map.entry("oversight.fairness-interval", "10s"),
                Map.entry("oversight.fairness-min-count", "50"),
                Map.entry("oversight.state-retention", "30d")));

    assertThat(IntakeOptions.of(configuration))
        .isEqualTo(new IntakeOptions(2048, 5, 512, Duration.ofDays(2), Duration.ofHours(1)));
    assertThat(DecisionOptions.of(configuration))
        .isEqualTo(
            new DecisionOptions(
                Duration.ofSeconds(3),
                0.6,
                Duration.ofHours(1),
                Escalate.OFFERED,
                0.8,
                7,
                Duration.ofDays(3),
                Set.of("a", "b"),
                Duration.ofHours(1)));
    assertThat(OversightOptions.of(configuration))
        .isEqualTo(new OversightOptions(0.1, Duration.ofSeconds(10), 50, Duration.ofDays(30)));
  }

  @ParameterizedTest
  @CsvSource({
    "intake.max-text-bytes, 4MiB",
    "intake.max-responses-per-ticket, 0",
    "intake.join-retention, 1s",
    "decision.response-settle, 2h",
    "decision.response-floor, 0",
    "decision.response-wait, 0s",
    "decision.escalate, sometimes",
    "decision.max-fabrication-risk, 1.1",
    "intake.max-metadata-bytes, 1MiB",
    "streams.clock-tolerance, 31d",
    "decision.max-candidates, 0",
    "decision.state-retention, 1s",
    "oversight.review-rate, 1.1",
    "oversight.fairness-interval, 0s",
    "oversight.fairness-min-count, 0",
    "oversight.state-retention, 1s"
  })
  void refusesWhatIsOutOfRange(String key, String value) {
    assertThatThrownBy(() -> with(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("must be");
  }

  @Test
  void refusesToForgetATicketThatStillWaits() {
    Configuration configuration =
        with(Map.of("decision.response-wait", "2h", "decision.state-retention", "1h"));

    assertThatThrownBy(() -> DecisionOptions.of(configuration))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("decision.state-retention")
        .hasMessageContaining("decision.response-wait");
  }

  private static Configuration with(Map<String, String> settings) {
    return StageDriver.configuration("options", Path.of("unused"), settings);
  }
}
