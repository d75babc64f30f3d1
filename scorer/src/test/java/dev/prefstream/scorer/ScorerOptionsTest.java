package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.scorer.onnx.Provider;
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
    assertThat(configuration.get(ScorerOptions.EPOCH_RECORDS)).isEqualTo(1024);
  }

  @Test
  void takesWhatIsSet() {
    Configuration configuration =
        configuration(
            Map.of(
                "scorer.models", "a, b",
                "scorer.provider", "tensorrt",
                "scorer.batch.max-wait", "0ms"));

    assertThat(configuration.get(ScorerOptions.MODELS)).isEqualTo(List.of("a", "b"));
    assertThat(configuration.get(ScorerOptions.PROVIDER)).isEqualTo(Provider.TENSORRT);
    assertThat(configuration.get(ScorerOptions.MAX_WAIT)).isZero();
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

  private static Configuration configuration(Map<String, String> pairs) {
    return Configuration.load(ScorerOptions.all(), null, Map.of(), pairs);
  }
}
