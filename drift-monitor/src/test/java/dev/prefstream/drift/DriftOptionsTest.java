package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
    return DriftOptions.of(DriftDriver.plain(Path.of("unused"), settings));
  }

  @Test
  void defaults() {
    assertThat(options(Map.of()))
        .isEqualTo(
            new DriftOptions(
                new FixedBand.Params(1000, 0.15),
                1000,
                Set.of(
                    Detector.CUSUM_MEAN,
                    Detector.CUSUM_DISPERSION,
                    Detector.CUSUM_SHAPE,
                    Detector.KS,
                    Detector.MMD,
                    Detector.JUMP,
                    Detector.ADWIN),
                Signals.ALL,
                1e6,
                1e4,
                20_000,
                2000,
                Seasonality.DAY,
                0.7,
                500,
                10_000,
                6,
                Duration.ofDays(30),
                Duration.ofSeconds(1),
                new DriftOptions.Retraining(500, Duration.ofDays(1), 3),
                Duration.ofMinutes(5)));
  }

  @Test
  void everyKeySet() {
    assertThat(
            options(
                Map.ofEntries(
                    Map.entry("drift.window", "500"),
                    Map.entry("drift.band", "0.2"),
                    Map.entry("drift.report-every", "250"),
                    Map.entry("drift.detectors", "cusum-mean, adwin"),
                    Map.entry("drift.signals", "language, volume"),
                    Map.entry("drift.arl", "50000"),
                    Map.entry("drift.label-arl", "5000"),
                    Map.entry("drift.reference", "5000"),
                    Map.entry("drift.provisional-reference", "0"),
                    Map.entry("drift.seasonality", "week"),
                    Map.entry("drift.urgent-level", "0.6"),
                    Map.entry("drift.min-segment", "50"),
                    Map.entry("drift.max-segments", "0"),
                    Map.entry("topics.partitions", "2"),
                    Map.entry("drift.forget-idle", "14d"),
                    Map.entry("drift.batch-wait", "3s"),
                    Map.entry("drift.retrain-after", "70"),
                    Map.entry("drift.retrain-cooldown", "6h"),
                    Map.entry("drift.retrain-budget", "9"),
                    Map.entry("streams.clock-tolerance", "1m"))))
        .isEqualTo(
            new DriftOptions(
                new FixedBand.Params(500, 0.2),
                250,
                Set.of(Detector.CUSUM_MEAN, Detector.ADWIN),
                Set.of("language", "volume"),
                5e4,
                5e3,
                5000,
                0,
                Seasonality.WEEK,
                0.6,
                50,
                0,
                2,
                Duration.ofDays(14),
                Duration.ofSeconds(3),
                new DriftOptions.Retraining(70, Duration.ofHours(6), 9),
                Duration.ofMinutes(1)));
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
    "drift.reference, 99",
    "drift.signals, mood",
    "drift.label-arl, 10",
    "drift.provisional-reference, -1",
    "drift.seasonality, month",
    "drift.urgent-level, 2",
    "drift.min-segment, 0",
    "drift.forget-idle, 1h",
    "drift.batch-wait, 0s",
    "drift.retrain-after, 0",
    "drift.retrain-budget, -1"
  })
  void refusals(String key, String value) {
    assertThatThrownBy(() -> options(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value);
  }

  @ParameterizedTest
  @CsvSource({
    "drift.window, 999, true",
    "drift.reference, 20001, true",
    "drift.arl, 999999, true",
    "drift.detectors, 'cusum-mean,ks', true",
    "drift.signals, language, true",
    "drift.signals, '', true",
    "drift.seasonality, none, true",
    "drift.urgent-level, 0.6, true",
    "drift.signals, 'volume,language,tokens-per-character,text-length,confidence,urgent-rate', false",
    "drift.report-every, 7, false",
    "drift.retrain-after, 7, false",
    "drift.min-segment, 7, false"
  })
  void whatChartsAreDrawnByTellsTheirStatisticsApart(String key, String value, boolean differs) {
    boolean differing =
        options(Map.of(key, value)).fingerprint() != options(Map.of()).fingerprint();

    assertThat(differing).isEqualTo(differs);
  }

  @Test
  void withoutReferencesWhatTheyNeedChangesNothing() {
    Map<String, String> band = Map.of("drift.detectors", "fixed-band");
    Map<String, String> quieter = Map.of("drift.detectors", "fixed-band", "drift.arl", "5000");

    assertThat(options(quieter).fingerprint()).isEqualTo(options(band).fingerprint());
  }

  /** Half for the whole stream and half for segments, and a fifth for signals. */
  @ParameterizedTest
  @CsvSource({
    "'cusum-mean,cusum-dispersion,cusum-shape,ks', 1",
    "'cusum-mean,cusum-dispersion,cusum-shape,ks,psi,mmd', 1.1",
    "cusum-mean, 0.6",
    "'mmd,jump,adwin', 0.05"
  })
  void whatIsChosenKeepsTheRunLengthTogether(String detectors, double shares) {
    DriftOptions options = options(Map.of("drift.detectors", detectors, "drift.arl", "8000"));
    assertThat(options.scoreRunLength()).isEqualTo(20_000);
    assertThat(options.referenceRunLength()).isCloseTo(20_000 * shares, within(1e-6));
  }
}
