package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.ReferenceState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three weeks of a stream whose scores are higher by day than by night, through the whole stage:
 * one prediction in two minutes, a reference of sixteen days. Seeded.
 */
class SeasonalDriftTest {

  private static final Duration BETWEEN = Duration.ofMinutes(2);
  private static final int A_DAY = (int) Duration.ofDays(1).dividedBy(BETWEEN);
  private static final int THREE_WEEKS = 21 * A_DAY;
  private static final int CHANGE = 18 * A_DAY;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "drift.detectors", "cusum-mean,cusum-dispersion,cusum-shape,ks",
          "drift.reference", Integer.toString(16 * A_DAY),
          "drift.provisional-reference", "0",
          "drift.seasonality", "week",
          "drift.arl", "1000000");

  private final SplittableRandom random = new SplittableRandom(3);

  /** Higher by 0.15 than at night from six to six, by {@code shift} more after the change. */
  private void publish(DriftDriver drift, boolean cycle, double shift) {
    for (int i = 0; i < THREE_WEEKS; i++) {
      Instant time = START.plus(BETWEEN.multipliedBy(i));
      boolean day = (time.getEpochSecond() / 3600 + 18) % 24 < 12;
      double value =
          0.2 + 0.4 * random.nextDouble() + (cycle && day ? 0.15 : 0) + (i >= CHANGE ? shift : 0);
      drift.publish(drift.score(i, value, time, MODEL_A));
    }
  }

  @Test
  void aDailyCycleIsNoDrift(@TempDir Path dir) {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      publish(drift, true, 0);

      assertThat(drift.alerts()).isEmpty();
      List<DriftReport> reports = drift.reports();
      assertThat(reports.get(reports.size() - 1).getReferenceState())
          .isEqualTo(ReferenceState.FROZEN);
    }
  }

  @Test
  void aShiftIsDriftThoughItIsLessThanTheCycle(@TempDir Path dir) {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      publish(drift, true, 0.08);

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
      Instant change = START.plus(BETWEEN.multipliedBy(CHANGE));
      assertThat(alerts.get(0).getDetectedAt())
          .isBetween(change, change.plus(Duration.ofHours(16)));
      assertThat(alerts.get(0).getSince())
          .isBetween(change.minus(Duration.ofHours(6)), change.plus(Duration.ofHours(12)));
    }
  }
}
