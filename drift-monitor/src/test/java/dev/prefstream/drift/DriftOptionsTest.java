package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.runtime.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftOptionsTest {

  private static DriftOptions options(Map<String, String> settings) {
    return DriftOptions.of(DriftDriver.configuration(Path.of("unused"), settings));
  }

  @Test
  void defaults() {
    assertThat(options(Map.of()))
        .isEqualTo(
            new DriftOptions(
                new FixedBand.Params(1000, 0.15),
                1000,
                Duration.ofDays(1),
                10_000,
                Set.of(Detector.FIXED_BAND),
                1e6,
                20_000));
  }

  @Test
  void everyKeySet() {
    assertThat(
            options(
                Map.of(
                    "drift.window", "500",
                    "drift.band", "0.2",
                    "drift.report-every", "250",
                    "drift.retrain-cooldown", "6h",
                    "drift.max-segments", "0",
                    "drift.detectors", "cusum-mean, adwin",
                    "drift.arl", "50000",
                    "drift.reference", "5000")))
        .isEqualTo(
            new DriftOptions(
                new FixedBand.Params(500, 0.2),
                250,
                Duration.ofHours(6),
                0,
                Set.of(Detector.CUSUM_MEAN, Detector.ADWIN),
                5e4,
                5000));
  }

  @ParameterizedTest
  @CsvSource({
    "drift.window, 19",
    "drift.window, 1000001",
    "drift.band, 0.6",
    "drift.band, -0.1",
    "drift.band, NaN",
    "drift.report-every, 0",
    "drift.retrain-cooldown, -1s",
    "drift.max-segments, -1",
    "drift.detectors, cusum",
    "drift.arl, 10",
    "drift.reference, 99"
  })
  void refusals(String key, String value) {
    assertThatThrownBy(() -> options(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value);
  }
}
