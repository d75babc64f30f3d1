package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.drift.detect.BetaScores;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.ReferenceState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Streams with a daily cycle, slow and fast ones, through the whole stage with the default
 * detectors, signals, references, seasonality and run length. Scores are Beta(2,2) to which a daily
 * sine of 0.1 is added. Seeded.
 */
class SlowStreamTest {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "drift.detectors", requireNonNull(DriftOptions.DETECTORS.defaultText()),
          "drift.seasonality", requireNonNull(DriftOptions.SEASONALITY.defaultText()));

  /** A Monday, when it is a working day everywhere. */
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

  private final SplittableRandom random = new SplittableRandom(6);

  private void publish(DriftDriver drift, int aDay, int days) {
    for (int i = 0; i < days * aDay; i++) {
      publishOne(drift, aDay, i, i, 0);
    }
  }

  /** One that was written when the prediction of another number was due. */
  private void publishOne(DriftDriver drift, int aDay, int number, int written, double shift) {
    double value = BetaScores.next(random) + 0.1 * Math.sin(2 * Math.PI * written / aDay) + shift;
    Instant time = START.plus(Duration.ofDays(1).dividedBy(aDay).multipliedBy(written));
    drift.publish(drift.score(number, Math.max(0, Math.min(1, value)), time, MODEL_A));
  }

  @Test
  void aDailyCycleOfASlowStreamIsNoDrift(@TempDir Path dir) {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      publish(drift, 300, 21);

      assertThat(drift.alerts()).isEmpty();
    }
  }

  @Test
  void lateTicketsAreTakenByTheirOwnHour(@TempDir Path dir) {
    int aDay = 2000;
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      for (int i = 0; i < 6 * aDay; i++) {
        // Every third is a quarter of a day late.
        publishOne(drift, aDay, i, i % 3 == 0 ? i - aDay / 4 : i, 0);
      }

      assertThat(drift.alerts()).isEmpty();
    }
  }

  /** From noon of the first day on the model says 0.5 to all. */
  @Test
  void aModelThatFailsOnItsFirstDayIsFound(@TempDir Path dir) {
    int aDay = 12_000;
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      for (int i = 0; i < aDay; i++) {
        if (i < aDay / 2) {
          publishOne(drift, aDay, i, i, 0);
        } else {
          Instant time = START.plus(Duration.ofDays(1).dividedBy(aDay).multipliedBy(i));
          drift.publish(drift.score(i, 0.5, time, MODEL_A));
        }
      }

      DriftAlert alert = drift.turns().get(0);
      assertThat(alert.getReading().getDetector()).isEqualTo("jump");
      assertThat(alert.getReferenceState()).isEqualTo(ReferenceState.NONE);
      assertThat(alert.getPredictions() - aDay / 2).isBetween(1L, 1000L);
    }
  }

  /** While hours are learnt, and while the reference is worked out. */
  @Test
  void aMoveLeavesTheReferenceAsItWas(@TempDir Path dir) {
    double[] scores = new double[7000];
    Arrays.setAll(scores, i -> BetaScores.next(random));
    List<DriftReport> stayed =
        outcome(new DriftDriver(dir.resolve("stays"), DEFAULTS), scores, dir);
    List<DriftReport> moved =
        outcome(new DriftDriver(dir.resolve("moves"), DEFAULTS), scores, dir, 1234, 4100);

    assertThat(stayed.get(stayed.size() - 1).getReferenceState())
        .isEqualTo(ReferenceState.PROVISIONAL);
    // What was said before the last move was said to the driver before.
    assertThat(moved).hasSize(3).isEqualTo(stayed.subList(4, 7));
  }

  private static List<DriftReport> outcome(
      DriftDriver drift, double[] scores, Path dir, int... moves) {
    DriftDriver now = drift;
    for (int i = 0; i < scores.length; i++) {
      int number = i;
      double cycle = 0.1 * Math.sin(2 * Math.PI * i / 2000);
      Instant time = START.plus(Duration.ofDays(1).dividedBy(2000).multipliedBy(i));
      double score = Math.max(0, Math.min(1, scores[i] + cycle));
      now.publish(now.score(i, score, time, MODEL_A));
      if (Arrays.stream(moves).anyMatch(move -> move == number)) {
        now = now.moved(dir.resolve("at-" + i), DEFAULTS);
      }
    }
    List<DriftReport> reports = now.reports();
    now.close();
    return reports;
  }

  @ParameterizedTest
  @CsvSource({
    "2000, 3, PROVISIONAL, 800",
    "2000, 16, FROZEN, 500",
    "12000, 3, FROZEN, 800",
    "30000, 3, FROZEN, 800"
  })
  void aDailyCycleIsNoDriftAndAShiftThatIsNoMoreIs(
      int aDay, int changeDay, ReferenceState reference, long most, @TempDir Path dir) {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      publish(drift, aDay, changeDay);
      assertThat(drift.alerts()).isEmpty();
      assertReferencesCameInTime(drift.reports(), aDay);
      for (int i = changeDay * aDay; i < changeDay * aDay + 2000; i++) {
        publishOne(drift, aDay, i, i, 0.1);
      }

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
      DriftAlert alert = alerts.get(0);
      long delay = alert.getPredictions() - (long) changeDay * aDay;
      System.out.printf(
          "%d a day, a shift of 0.1 on day %d: found after %d predictions by %s%n",
          aDay, changeDay, delay, alert.getReading().getDetector());
      assertThat(delay).isBetween(1L, most);
      assertThat(alert.getReferenceState()).isEqualTo(reference);
    }
  }

  /** None before two days, and none for good before two weeks where they do not fill it. */
  private static void assertReferencesCameInTime(List<DriftReport> reports, int aDay) {
    for (DriftReport report : reports) {
      double days = (double) report.getPredictions() / aDay;
      ReferenceState state = report.getReferenceState();
      if (days < 2) {
        assertThat(state).isEqualTo(ReferenceState.NONE);
      } else if (aDay == 2000 && days > 2.5 && days < 15) {
        assertThat(state).isEqualTo(ReferenceState.PROVISIONAL);
      } else if (days > 15) {
        assertThat(state).isEqualTo(ReferenceState.FROZEN);
      }
    }
  }
}
