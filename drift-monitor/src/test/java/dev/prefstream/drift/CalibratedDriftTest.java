package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.drift.detect.BetaScores;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.DriftState;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.SignalReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The detectors that learn what is normal, in the stream. Scores are Beta(2,2), seeded. */
class CalibratedDriftTest {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "drift.detectors", "cusum-mean,cusum-dispersion,cusum-shape,ks,adwin",
          "drift.reference", "5000",
          "drift.provisional-reference", "0",
          "drift.arl", "100000");

  private final Path dir;
  private final SplittableRandom random = new SplittableRandom(20260301);

  CalibratedDriftTest(@TempDir Path dir) {
    this.dir = dir;
  }

  /** The middle of three uniforms is Beta(2,2). */
  private double beta() {
    return BetaScores.next(random);
  }

  private DoubleSupplier shifted(double by) {
    return () -> Math.min(1, beta() + by);
  }

  @Test
  void seesASmallShiftOfTheMeanSoonAndSaysWhatChangedSinceWhen() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      drift.publish(8000, this::beta, MODEL_A);
      assertThat(drift.alerts()).isEmpty();

      drift.publish(2000, shifted(0.10), MODEL_A);

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
      DriftAlert alert = alerts.get(0);
      assertThat(alert.getReading().getDetector()).isEqualTo("cusum-mean");
      assertThat(alert.getReading().getStatistic())
          .isGreaterThan(alert.getReading().getThreshold());
      assertThat(alert.getPredictions()).isBetween(8030L, 8250L);
      assertThat(Duration.between(START.plusSeconds(8000), alert.getSince()).abs())
          .isLessThan(Duration.ofSeconds(150));
      assertThat(alert.getBefore().getCount()).isEqualTo(5000);
      assertThat(alert.getBefore().getMean()).isCloseTo(0.5, within(0.01));
      assertThat(drift.triggers()).hasSize(1);
    }
  }

  @Test
  void warnsBeforeItAlarms() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("drift.report-every", "100");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      drift.publish(6000, this::beta, MODEL_A).publish(3000, shifted(0.04), MODEL_A);

      assertThat(drift.reports())
          .extracting(DriftReport::getState)
          .containsSubsequence(DriftState.OK, DriftState.WARN, DriftState.DRIFT);
    }
  }

  @Test
  void theStabilityIndexAlarmsByItselfWhereItIsChosen() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("drift.detectors", "psi");
    settings.put("drift.signals", "");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      drift.publish(8000, this::beta, MODEL_A);
      assertThat(drift.alerts()).isEmpty();

      drift.publish(1000, shifted(0.15), MODEL_A);

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
      assertThat(alerts.get(0).getReading().getDetector()).isEqualTo("psi");
      assertThat(alerts.get(0).getReading().getStatistic())
          .isGreaterThan(alerts.get(0).getReading().getThreshold());
    }
  }

  @Test
  void aSteadyMeanFarFromOneHalfIsNoDrift() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      drift.publish(9000, () -> 0.2 * beta(), MODEL_A);

      assertThat(drift.alerts()).isEmpty();
      assertThat(drift.reports())
          .extracting(DriftReport::getState)
          .isSubsetOf(DriftState.OK, DriftState.WARN);
    }
  }

  @Test
  void aConstantStreamIsNoDriftUntilItChanges() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("drift.detectors", "cusum-mean,cusum-dispersion,cusum-shape,ks,psi,adwin");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      drift.publish(9000, 0.4);
      assertThat(drift.alerts()).isEmpty();

      drift.publish(100, 0.6);

      assertThat(drift.turns()).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
    }
  }

  @Test
  void closesWhenTheScoresAreBack() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      drift.publish(6000, this::beta, MODEL_A);
      drift.publish(500, shifted(0.2), MODEL_A);
      drift.publish(3000, this::beta, MODEL_A);

      assertThat(drift.turns())
          .extracting(DriftAlert::getEvent)
          .containsExactly(AlertEvent.OPENED, AlertEvent.RECOVERED);
    }
  }

  @Test
  void adwinWatchesUntilThereIsAReference() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      drift.publish(2000, this::beta, MODEL_A);
      drift.publish(500, shifted(0.2), MODEL_A);

      assertThat(drift.alerts())
          .extracting(alert -> alert.getReading().getDetector())
          .containsExactly("adwin");
    }
  }

  @Test
  void aProvisionalReferenceStandsUntilTheFullOneAndSaysSo() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("drift.provisional-reference", "1500");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      drift.publish(6000, this::beta, MODEL_A);

      assertThat(drift.alerts()).isEmpty();
      assertThat(drift.reports())
          .extracting(DriftReport::getReferenceState)
          .containsExactly(
              ReferenceState.NONE,
              ReferenceState.PROVISIONAL,
              ReferenceState.PROVISIONAL,
              ReferenceState.PROVISIONAL,
              ReferenceState.PROVISIONAL,
              ReferenceState.FROZEN);
    }
  }

  @Test
  void driftThatLastsNeverBecomesTheReference() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("drift.provisional-reference", "1500");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      drift.publish(3000, this::beta, MODEL_A);
      drift.publish(9000, shifted(0.2), MODEL_A);

      List<DriftAlert> alerts = drift.alerts();
      assertThat(alerts.get(0).getReferenceState()).isEqualTo(ReferenceState.PROVISIONAL);
      assertThat(alerts.get(0).getMessage()).contains("provisional: 1500 predictions");
      assertThat(alerts)
          .extracting(DriftAlert::getEvent)
          .containsOnly(AlertEvent.OPENED, AlertEvent.UPDATED);
      List<DriftReport> reports = drift.reports();
      assertThat(reports.get(reports.size() - 1).getReference().getMean())
          .isCloseTo(0.5, within(0.02));
    }
  }

  @Test
  void aSignalDriftsWhileScoresStayAndIsNamed() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      drift.publish(6000, this::beta, MODEL_A);
      for (int i = 0; i < 1500; i++) {
        Score score = drift.score(6000 + i, beta(), START.plusSeconds(6000 + i), MODEL_A);
        score.getStyle().setLength(300);
        drift.publish(score);
      }

      DriftAlert alert = drift.alerts().get(0);
      assertThat(alert.getReading().getDetector()).isEqualTo("text-length");
      assertThat(alert.getSignals().get(0).getBefore()).isCloseTo(100, within(0.1));
      assertThat(alert.getPredictions()).isLessThan(6600);
      assertThat(alert.getKind()).isEqualTo(DriftKind.DATA);
      assertThat(alert.getExplainedBy()).as("what segments add to the mean score").isEmpty();
    }
  }

  @Test
  void aTenantsFloodOfOtherTextsIsToldAsOneThoughItsScoresAreAsBefore() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      for (int i = 0; i < 6000; i++) {
        drift.tenant("t" + i % 5).publish(1, this::beta, MODEL_A);
      }
      for (int i = 6000; i < 7500; i++) {
        boolean flood = i % 4 > 0;
        Score score =
            DriftDriver.score(
                flood ? "loud" : "t" + i % 5, i, beta(), START.plusSeconds(i), MODEL_A);
        score.getStyle().setLength(flood ? 300 : 100);
        drift.publish(score);
      }

      List<DriftAlert> alerts =
          drift.alerts().stream().filter(a -> a.getSegment().equals("all")).toList();
      assertThat(alerts).isNotEmpty();
      assertThat(alerts.get(0).getReading().getDetector()).isEqualTo("text-length");
      // The first word comes before the tenant has its share of the generation that runs.
      assertThat(alerts.get(alerts.size() - 1).getKind()).isEqualTo(DriftKind.FLOOD);
      assertThat(drift.triggers()).isEmpty();
    }
  }

  @Test
  void aSignalThatIsTakenOutOfTheSettingsAlarmsNoMore() {
    DriftDriver first = new DriftDriver(dir, SETTINGS);
    first.publish(6000, this::beta, MODEL_A);
    Map<String, String> without = new HashMap<>(SETTINGS);
    without.put("drift.signals", "language");
    try (DriftDriver drift = first.moved(dir.resolve("next"), without)) {
      for (int i = 6000; i < 12_000; i++) {
        Score score = drift.score(i, beta(), START.plusSeconds(i), MODEL_A);
        score.getStyle().setLength(i < 9000 ? 300 : 3000);
        drift.publish(score);
      }

      assertThat(drift.alerts()).isEmpty();
    }
  }

  @Test
  void anotherDetectorWatchesFromTheNextPredictionOn() {
    DriftDriver first = new DriftDriver(dir, SETTINGS);
    first.publish(6000, this::beta, MODEL_A);
    assertThat(first.alerts()).isEmpty();
    Map<String, String> other = new HashMap<>(SETTINGS);
    other.put("drift.detectors", "fixed-band");
    try (DriftDriver drift = first.moved(dir.resolve("next"), other)) {
      drift.publish(1000, () -> 0.9, MODEL_A);

      assertThat(drift.alerts())
          .extracting(alert -> alert.getReading().getDetector())
          .contains("fixed-band");
    }
  }

  /** What each signal shows while scores stay: Beta(2,2), or, for the rate, another shape. */
  @ParameterizedTest
  @CsvSource({
    "tokens-per-character, tokens-per-character, 0.1, 0.3",
    "language, language:other, 0, 0.5",
    "urgent-rate, urgent-rate, 0.22, 0.5",
    "confidence, confidence, 0.69, 0.78"
  })
  void eachSignalDriftsByItself(String signal, String name, double before, double after) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("drift.detectors", "psi");
    settings.put("drift.window", "4000");
    settings.put("drift.signals", signal);
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      drift.publish(7500, this::beta, MODEL_A);
      assertThat(drift.alerts()).isEmpty();
      boolean ofScores = signal.equals("urgent-rate") || signal.equals("confidence");
      for (int i = 7500; i < 9000; i++) {
        double value = ofScores ? (random.nextBoolean() ? 0.75 : 0.2) : beta();
        Score score = drift.score(i, value, START.plusSeconds(i), MODEL_A);
        if (signal.equals("tokens-per-character")) {
          score.setOriginalTokens(30);
        } else if (signal.equals("language") && random.nextBoolean()) {
          score.getContext().setLanguage("de-DE");
        }
        drift.publish(score);
      }

      DriftAlert alert =
          drift.alerts().stream().filter(a -> a.getSegment().equals("all")).findFirst().get();
      SignalReading reading = alert.getSignals().get(0);
      assertThat(reading.getSignal()).isIn(name, "language:en");
      assertThat(alert.getReading().getDetector()).isEqualTo(reading.getSignal());
      assertThat(alert.getPredictions()).isBetween(7525L, 8500L);
      if (reading.getSignal().equals(name)) {
        assertThat(reading.getBefore()).isCloseTo(before, within(0.02));
        assertThat(reading.getAfter()).isBetween(before, after + 0.1);
      }
    }
  }

  @Test
  void aNewModelLearnsItsOwnReference() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      drift.publish(6000, this::beta, MODEL_A);
      drift.publish(8000, shifted(0.2), MODEL_B);

      assertThat(drift.alerts()).isEmpty();
      List<DriftReport> reports = drift.reports();
      DriftReport last = reports.get(reports.size() - 1);
      assertThat(last.getModel()).isEqualTo(MODEL_B);
      assertThat(last.getReference().getMean()).isCloseTo(0.7, within(0.02));
    }
  }

  @Test
  void aMoveLeavesTheReferenceAndTheChartsAsTheyWere() {
    double[] scores = new double[7000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = i < 6000 ? beta() : Math.min(1, beta() + 0.1);
    }
    List<DriftAlert> stayed;
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      for (double score : scores) {
        drift.publish(1, score);
      }
      stayed = drift.alerts();
    }

    DriftDriver moving = new DriftDriver(dir.resolve("a"), SETTINGS);
    for (int i = 0; i < scores.length; i++) {
      moving.publish(1, scores[i]);
      if (i == 3333 || i == 5250 || i == 6040) { // At 5250 the reference is being worked out.
        moving = moving.moved(dir.resolve("at-" + i), SETTINGS);
      }
    }

    assertThat(stayed).hasSize(1);
    assertThat(moving.alerts()).isEqualTo(stayed);
    moving.close();
  }
}
