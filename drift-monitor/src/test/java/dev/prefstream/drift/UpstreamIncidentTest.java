package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents whose cause is upstream: traffic that collapses, bursts, or is one tenant's flood. */
class UpstreamIncidentTest {

  private final Path dir;
  private final SplittableRandom random = new SplittableRandom(17);
  private int number;

  UpstreamIncidentTest(@TempDir Path dir) {
    this.dir = dir;
  }

  private DriftDriver drift(String... settings) {
    return DriftDriver.with(dir, settings);
  }

  @Test
  void oneTenantsFloodIsAlertedAsSuchAndAsksForNoRetraining() {
    try (DriftDriver drift = drift()) {
      for (int i = 0; i < 4000; i++) {
        drift.tenant("t" + i % 5).publish(1, 0.45 + 0.1 * random.nextDouble());
      }
      for (int i = 0; i < 3000; i++) {
        boolean flood = i % 4 > 0;
        drift
            .tenant(flood ? "loud" : "t" + i / 4 % 5)
            .publish(1, flood ? 0.95 : 0.45 + 0.1 * random.nextDouble());
      }

      List<DriftAlert> alerts =
          drift.alerts().stream().filter(a -> a.getSegment().equals("all")).toList();
      assertThat(alerts).isNotEmpty();
      assertThat(alerts).extracting(DriftAlert::getKind).containsOnly(DriftKind.FLOOD);
      assertThat(alerts.get(0).getMessage()).contains("tenant loud");
      assertThat(drift.triggers()).isEmpty();
    }
  }

  @Test
  void aCollapseOfTrafficIsAlertedAsSuchAndAsksForNoRetraining() {
    try (DriftDriver drift = drift("drift.detectors", "cusum-mean", "drift.reference", "1000")) {
      hours(drift, 0, 30, 200, 0.5);
      assertThat(drift.alerts()).isEmpty();
      hours(drift, 30, 31, 10, 0.5);
      hours(drift, 31, 32, 1, 0.5);

      assertThat(drift.alerts())
          .extracting(DriftAlert::getKind, a -> a.getReading().getDetector())
          .containsExactly(tuple(DriftKind.VOLUME, "volume"));
      assertThat(drift.triggers()).isEmpty();
    }
  }

  @Test
  void aBurstOfOtherTicketsIsAFloodAndAsksForNoRetraining() {
    try (DriftDriver drift = drift("drift.retrain-after", "100")) {
      hours(drift, 0, 30, 200, 0.5);
      hours(drift, 30, 31, 4000, 0.9);

      List<DriftAlert> alerts = drift.alerts();
      assertThat(alerts.get(alerts.size() - 1).getKind()).isEqualTo(DriftKind.FLOOD);
      assertThat(alerts.get(alerts.size() - 1).getMessage()).contains("20 times what these hours");
      assertThat(drift.triggers()).isEmpty();
    }
  }

  /** A mailbox that is asked once an hour: each batch is fast, and none is a flood. */
  @Test
  void otherTicketsInBatchesAsEverAreNoFlood() {
    try (DriftDriver drift = drift("drift.retrain-after", "300")) {
      for (int hour = 0; hour < 34; hour++) {
        batch(drift, hour, 200, hour < 30 ? 0.5 : 0.9);
      }

      assertThat(drift.alerts()).extracting(DriftAlert::getKind).containsOnly(DriftKind.DATA);
      assertThat(drift.triggers()).hasSize(1);
    }
  }

  /** What looked like drift is no cause to retrain once traffic has gone, too. */
  @Test
  void anOpenIncidentTurnsIntoOneOfVolumeWhereTrafficCollapsesUnderIt() {
    try (DriftDriver drift = drift("drift.retrain-after", "1500")) {
      hours(drift, 0, 30, 200, 0.5);
      hours(drift, 30, 33, 200, 0.9);
      assertThat(drift.alerts())
          .extracting(DriftAlert::getEvent, DriftAlert::getKind)
          .containsExactly(tuple(AlertEvent.OPENED, DriftKind.DATA));

      hours(drift, 33, 150, 10, 0.9);

      assertThat(drift.alerts())
          .extracting(DriftAlert::getEvent, DriftAlert::getKind)
          .contains(tuple(AlertEvent.UPDATED, DriftKind.VOLUME));
      assertThat(drift.triggers()).isEmpty();
    }
  }

  /** So many tickets within the hour's first minutes. */
  private void batch(DriftDriver drift, int hour, int tickets, double mean) {
    for (int i = 0; i < tickets; i++) {
      publish(drift, START.plus(Duration.ofHours(hour)).plusSeconds(i), mean);
    }
  }

  private void publish(DriftDriver drift, Instant time, double mean) {
    double score = mean + 0.2 * (random.nextDouble() - 0.5);
    drift.publish(drift.score(number++, score, time, MODEL_A));
  }

  /** Each of the hours brings so many tickets, evenly. */
  private void hours(DriftDriver drift, int from, int to, int tickets, double mean) {
    for (int hour = from; hour < to; hour++) {
      for (int i = 0; i < tickets; i++) {
        Instant time =
            START
                .plus(Duration.ofHours(hour))
                .plusMillis(i * Duration.ofHours(1).toMillis() / tickets);
        publish(drift, time, mean);
      }
    }
  }
}
