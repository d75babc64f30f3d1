package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.scorer.onnx.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScorerOptionsTest {

  @Test
  void hasDefaultsForAMachineWithoutAGpu() {
    Configuration configuration = configuration(Map.of());

    assertThat(configuration.get(ScorerOptions.MODELS)).containsExactly("models");
    assertThat(configuration.get(ScorerOptions.PROVIDER)).isEqualTo(Provider.CPU);
    assertThat(configuration.get(ScorerOptions.TOKEN_BUDGET)).isZero();
    assertThat(configuration.get(ScorerOptions.MAX_ROWS)).isEqualTo(256);
    assertThat(configuration.get(ScorerOptions.MAX_WAIT)).isEqualTo(Duration.ofMillis(5));
    assertThat(configuration.get(ScorerOptions.EPOCH_RECORDS)).isEqualTo(16_384);
    assertThat(configuration.get(ScorerOptions.REMOTE_ENDPOINTS)).isEmpty();
    assertThat(configuration.get(ScorerOptions.REMOTE_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(configuration.get(ScorerOptions.REMOTE_START_TIMEOUT))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(configuration.get(ScorerOptions.REMOTE_GOLDEN_INTERVAL))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(configuration.get(ScorerOptions.REMOTE_TOKEN)).isEmpty();
  }

  @Test
  void takesWhatIsSet() {
    Configuration configuration =
        configuration(
            Map.of(
                "scorer.models", "a, b",
                "scorer.provider", "tensorrt",
                "scorer.batch.max-wait", "0ms",
                "scorer.remote.endpoints",
                    "ticket-urgency=http://a:1/x/, response-preference=https://b",
                "scorer.remote.timeout", "5s",
                "scorer.remote.start-timeout", "0s",
                "scorer.remote.golden-interval", "10s",
                "scorer.remote.token", "env:TOKEN"));

    assertThat(configuration.get(ScorerOptions.MODELS)).isEqualTo(List.of("a", "b"));
    assertThat(configuration.get(ScorerOptions.PROVIDER)).isEqualTo(Provider.TENSORRT);
    assertThat(configuration.get(ScorerOptions.MAX_WAIT)).isZero();
    assertThat(configuration.get(ScorerOptions.REMOTE_ENDPOINTS))
        .isEqualTo(
            Map.of(
                "ticket-urgency", URI.create("http://a:1/x"),
                "response-preference", URI.create("https://b")));
    assertThat(configuration.get(ScorerOptions.REMOTE_TIMEOUT)).isEqualTo(Duration.ofSeconds(5));
    assertThat(configuration.get(ScorerOptions.REMOTE_START_TIMEOUT)).isZero();
    assertThat(configuration.get(ScorerOptions.REMOTE_GOLDEN_INTERVAL))
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(configuration.get(ScorerOptions.REMOTE_TOKEN)).isEqualTo("env:TOKEN");
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> configuration(Map.of("scorer.provider", "tpu")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("must be one of cpu, cuda, tensorrt");
    assertThatThrownBy(() -> configuration(Map.of("scorer.batch.max-rows", "0")))
        .hasMessageContaining("scorer.batch.max-rows = 0");
    assertThatThrownBy(() -> configuration(Map.of("scorer.breaker.max-poison-share", "1.5")))
        .hasMessageContaining("scorer.breaker.max-poison-share = 1.5");
  }

  @Test
  void refusesEndpointsThatAreNone() {
    for (String wrong :
        List.of(
            "ftp://a",
            "a:8000",
            "http:///x",
            "http://user:pw@a",
            "http://a?x=1",
            "colour=http://a",
            "http://a, http://b",
            "http://a b")) {
      assertThatThrownBy(() -> configuration(Map.of("scorer.remote.endpoints", wrong)))
          .as(wrong)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("scorer.remote.endpoints = ");
    }
    assertThatThrownBy(() -> configuration(Map.of("scorer.remote.timeout", "1ms")))
        .hasMessageContaining("scorer.remote.timeout = 1ms");
    assertThatThrownBy(() -> configuration(Map.of("scorer.remote.start-timeout", "2h")))
        .hasMessageContaining("scorer.remote.start-timeout = 2h");
    assertThatThrownBy(() -> configuration(Map.of("scorer.remote.golden-interval", "0s")))
        .hasMessageContaining("scorer.remote.golden-interval = 0s");
  }

  private static Configuration configuration(Map<String, String> pairs) {
    return Configuration.load(ScorerOptions.all(), null, Map.of(), pairs);
  }
}
