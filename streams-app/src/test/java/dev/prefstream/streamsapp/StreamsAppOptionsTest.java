package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.decision.DecisionOptions.Escalate;
import dev.prefstream.decision.DecisionTopology;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.intake.IntakeTopology;
import dev.prefstream.oversight.OversightOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.streams.StagePace;
import dev.prefstream.runtime.streams.StreamsStage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsAppOptionsTest {

  @Test
  void hasDefaults() {
    Configuration configuration = with(Map.of());

    assertThat(IntakeOptions.of(configuration))
        .isEqualTo(
            new IntakeOptions(
                1 << 20, 64, 2048, Duration.ofDays(7), Set.of(), Duration.ofMinutes(5)));
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
                Duration.ofMinutes(5)));
    OversightOptions oversight = OversightOptions.of(configuration);
    assertThat(oversight.review().targets()).containsOnlyKeys("technical", "subjective", "*");
    assertThat(oversight.review().scope()).isEqualTo(OversightOptions.Scope.INSTALLATION);
    assertThat(oversight.review().startRate()).isEqualTo(0.02);
    assertThat(oversight.review().leastRate()).isEqualTo(0.001);
    assertThat(oversight.fairness()).isEqualTo(new OversightOptions.Fairness(30, 0.99));
    assertThat(oversight.style()).isEqualTo(new OversightOptions.Style(500, 200, 0.1));
    assertThat(oversight.window()).isEqualTo(Duration.ofDays(28));
    assertThat(oversight.reportEvery()).isEqualTo(Duration.ofMinutes(1));
    assertThat(oversight.retention()).isEqualTo(Duration.ofDays(92));
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
                Map.entry("intake.tenants", "a, b"),
                Map.entry("decision.max-candidates", "7"),
                Map.entry("decision.state-retention", "3d"),
                Map.entry("oversight.review-targets", "*:0.8:0.1, billing:0.9:0.02"),
                Map.entry("oversight.review-scope", "tenant"),
                Map.entry("oversight.review-rate", "0.1"),
                Map.entry("oversight.review-least-rate", "0.01"),
                Map.entry("oversight.window", "7d"),
                Map.entry("oversight.report-interval", "10s"),
                Map.entry("oversight.fairness-min-count", "50"),
                Map.entry("oversight.fairness-confidence", "0.95"),
                Map.entry("oversight.style-long-from", "600"),
                Map.entry("oversight.style-min-count", "300"),
                Map.entry("oversight.style-growth", "0.2"),
                Map.entry("oversight.state-retention", "30d")));

    assertThat(IntakeOptions.of(configuration))
        .isEqualTo(
            new IntakeOptions(
                2048, 5, 512, Duration.ofDays(2), Set.of("a", "b"), Duration.ofHours(1)));
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
                Duration.ofHours(1)));
    OversightOptions oversight = OversightOptions.of(configuration);
    assertThat(oversight.review().targets()).containsOnlyKeys("*", "billing");
    assertThat(oversight.review().scope()).isEqualTo(OversightOptions.Scope.TENANT);
    assertThat(oversight.review().startRate()).isEqualTo(0.1);
    assertThat(oversight.review().leastRate()).isEqualTo(0.01);
    assertThat(oversight.fairness()).isEqualTo(new OversightOptions.Fairness(50, 0.95));
    assertThat(oversight.style()).isEqualTo(new OversightOptions.Style(600, 300, 0.2));
    assertThat(oversight.window()).isEqualTo(Duration.ofDays(7));
    assertThat(oversight.reportEvery()).isEqualTo(Duration.ofSeconds(10));
    assertThat(oversight.retention()).isEqualTo(Duration.ofDays(30));
    assertThat(oversight.clockTolerance()).isEqualTo(Duration.ofHours(1));
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
    "oversight.review-targets, technical:0.95:0.023",
    "oversight.review-targets, *:0.95:0.5",
    "oversight.review-targets, *:1:0.1",
    "oversight.review-targets, *:half:0.1",
    "oversight.review-targets, *",
    "oversight.review-scope, everyone",
    "oversight.review-rate, 1.1",
    "oversight.review-least-rate, -1",
    "oversight.window, 1h",
    "oversight.report-interval, 0s",
    "oversight.fairness-min-count, 0",
    "oversight.fairness-confidence, 1",
    "oversight.style-long-from, 0",
    "oversight.style-min-count, 3",
    "oversight.style-growth, 2",
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

  @Test
  void refusesAWindowThatIsNoWholeDaysOrLongerThanWhatIsKept() {
    Configuration hours = with(Map.of("oversight.window", "36h"));
    Configuration longer =
        with(Map.of("oversight.window", "28d", "oversight.state-retention", "7d"));

    assertThatThrownBy(() -> OversightOptions.of(hours))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("oversight.window")
        .hasMessageContaining("must be");
    assertThatThrownBy(() -> OversightOptions.of(longer))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("oversight.state-retention")
        .hasMessageContaining("must be");
  }

  @Test
  void settingsOfKafkasClientsReachTheStages() {
    Configuration configuration =
        with(Map.of("kafka.compression.type", "zstd", "kafka.poll.ms", "7"));

    Properties properties =
        StreamsStage.properties(
            IntakeTopology.STAGE,
            StagePace.TICKETS,
            configuration,
            Installation.of(configuration),
            new SimpleMeterRegistry());

    StreamsConfig streams = new StreamsConfig(properties);
    assertThat(streams.getProducerConfigs("intake")).containsEntry("compression.type", "zstd");
    assertThat(streams.getLong(StreamsConfig.POLL_MS_CONFIG)).isEqualTo(7);
  }

  @Test
  void decisionCommitsAtTheLaterPaceForNoRoutingWaitsForIt() {
    Configuration configuration = with(Map.of("kafka.later-commit-interval", "400ms"));

    Properties properties =
        StreamsStage.properties(
            DecisionTopology.STAGE,
            StagePace.AFTERWARDS,
            configuration,
            Installation.of(configuration),
            new SimpleMeterRegistry());

    StreamsConfig streams = new StreamsConfig(properties);
    assertThat(streams.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)).isEqualTo(400);
    assertThat(streams.getMainConsumerConfigs("group", "client", 0))
        .containsEntry("fetch.max.wait.ms", 200);
    assertThat(StagePace.TICKETS.waitWhileOpen(configuration)).hasMillis(5);
    assertThat(StagePace.AFTERWARDS.waitWhileOpen(configuration)).hasMillis(100);
  }

  private static Configuration with(Map<String, String> settings) {
    return StageDriver.configuration("options", Path.of("unused"), settings);
  }
}
