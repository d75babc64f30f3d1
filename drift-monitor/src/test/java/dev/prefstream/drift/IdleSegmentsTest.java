package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments that come no more. */
class IdleSegmentsTest {

  private static final Map<String, String> SETTINGS =
      Map.of("drift.window", "100", "drift.forget-idle", "2d", "drift.max-segments", "2");

  private final Path dir;
  private int number;

  IdleSegmentsTest(@TempDir Path dir) {
    this.dir = dir;
  }

  /** Predictions of a tenant, all of them at one time. */
  private void publish(DriftDriver drift, String tenant, int count, double score, Duration after) {
    for (int i = 0; i < count; i++) {
      drift.publish(DriftDriver.score(tenant, number++, score, START.plus(after), MODEL_A));
    }
  }

  /** The two differ, and the whole stream is as the rule wants it. */
  private void bothDrift(DriftDriver drift, Duration after) {
    for (int i = 0; i < 200; i++) {
      publish(drift, "quiet", 1, 0.9, after);
      publish(drift, "busy", 1, 0.1, after);
    }
  }

  private static List<DriftAlert> ofQuiet(DriftDriver drift) {
    return drift.turns().stream().filter(a -> a.getSegment().startsWith("quiet/")).toList();
  }

  private static List<String> keysOfQuiet(DriftDriver drift) {
    return drift.storedKeys().stream().filter(key -> key.contains("quiet/")).toList();
  }

  @Test
  void anIdleSegmentsIncidentIsClosedAndNothingOfItIsKept() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      bothDrift(drift, Duration.ZERO);
      List<DriftAlert> opened = ofQuiet(drift);
      assertThat(opened).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);

      publish(drift, "busy", 5, 0.1, Duration.ofDays(2));
      assertThat(ofQuiet(drift)).isEmpty();
      assertThat(keysOfQuiet(drift)).isNotEmpty();

      publish(drift, "busy", 5, 0.1, Duration.ofDays(3));
      assertThat(ofQuiet(drift))
          .extracting(DriftAlert::getEvent, DriftAlert::getAlertId, DriftAlert::getClosedBy)
          .containsExactly(
              tuple(AlertEvent.CLOSED, opened.get(0).getAlertId(), "2 days without a prediction"));
      assertThat(keysOfQuiet(drift)).containsExactly("incidentsquiet/US/en");

      // It comes again: another incident; and there is room for it below the cap.
      bothDrift(drift, Duration.ofDays(4));
      List<DriftAlert> again = ofQuiet(drift);
      assertThat(again).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
      assertThat(again.get(0).getAlertId()).isNotEqualTo(opened.get(0).getAlertId());
    }
  }

  @Test
  void anEndedIncidentIsForgottenToo() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      bothDrift(drift, Duration.ZERO);
      publish(drift, "busy", 5, 0.1, Duration.ofDays(3));
      drift.alerts();
      publish(drift, "busy", 200, 0.1, Duration.ofDays(8));
      drift.alerts();

      assertThat(keysOfQuiet(drift)).isEmpty();
    }
  }

  @Test
  void aForgottenSegmentLeavesItsPlaceBelowTheCap() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      bothDrift(drift, Duration.ZERO);
      publish(drift, "third", 100, 0.5, Duration.ZERO);
      assertThat(drift.reports()).noneMatch(r -> r.getSegment().startsWith("third/"));

      publish(drift, "busy", 5, 0.1, Duration.ofDays(3));
      publish(drift, "third", 1000, 0.5, Duration.ofDays(3));

      assertThat(drift.reports()).anyMatch(r -> r.getSegment().startsWith("third/"));
    }
  }

  @Test
  void aBacklogForgetsNothingEarly() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      publish(drift, "busy", 50, 0.5, Duration.ZERO);
      // Tickets that waited for ten days, and busy ones of the next day.
      publish(drift, "quiet", 50, 0.5, Duration.ofDays(-10));
      publish(drift, "busy", 50, 0.5, Duration.ofDays(1));
      drift.alerts();

      assertThat(keysOfQuiet(drift)).isNotEmpty();
    }
  }

  @Test
  void aMoveForgetsTheSameSegments() {
    List<DriftAlert> alerts = new ArrayList<>();
    DriftDriver drift = new DriftDriver(dir.resolve("a"), SETTINGS);
    bothDrift(drift, Duration.ZERO);
    publish(drift, "busy", 5, 0.1, Duration.ofDays(2));
    alerts.addAll(ofQuiet(drift));
    drift = drift.moved(dir.resolve("b"), SETTINGS);
    publish(drift, "busy", 5, 0.1, Duration.ofDays(3));
    alerts.addAll(ofQuiet(drift));
    drift = drift.moved(dir.resolve("c"), SETTINGS);
    publish(drift, "busy", 5, 0.1, Duration.ofDays(5));
    alerts.addAll(ofQuiet(drift));

    assertThat(alerts)
        .extracting(DriftAlert::getEvent)
        .containsExactly(AlertEvent.OPENED, AlertEvent.CLOSED);
    assertThat(keysOfQuiet(drift)).noneMatch(key -> key.startsWith(SegmentStore.NAME));
    drift.close();
  }
}
