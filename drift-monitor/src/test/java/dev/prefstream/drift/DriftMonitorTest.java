package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.TopicHeader;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.DriftState;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.Urgency;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftMonitorTest {

  private final Path dir;

  DriftMonitorTest(@TempDir Path dir) {
    this.dir = dir;
  }

  private DriftDriver drift(String... settings) {
    return new DriftDriver(dir, pairs(settings));
  }

  private static Map<String, String> pairs(String... settings) {
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      pairs.put(settings[i], settings[i + 1]);
    }
    return pairs;
  }

  @Test
  void saysNothingBeforeTheWindowIsFull() {
    try (DriftDriver drift = drift()) {
      drift.publish(999, 0.9);

      assertThat(drift.alerts()).isEmpty();
      assertThat(drift.reports()).isEmpty();
    }
  }

  @Test
  void alertsOnceWhenTheMeanLeavesTheBandAndAsksForRetrainingOnce() {
    try (DriftDriver drift = drift()) {
      drift.publish(2000, 0.5).publish(5000, 0.9);

      List<DriftAlert> alerts = drift.alerts();
      assertThat(alerts)
          .extracting(DriftAlert::getEvent, DriftAlert::getIncidentPredictions)
          .containsExactly(
              tuple(AlertEvent.OPENED, 376L),
              tuple(AlertEvent.UPDATED, 2000L),
              tuple(AlertEvent.UPDATED, 4000L));
      assertThat(alerts)
          .extracting(DriftAlert::getAlertId)
          .containsOnly(alerts.get(0).getAlertId());
      DriftAlert alert = alerts.get(0);
      assertThat(alert.getKind()).isEqualTo(DriftKind.DATA);
      assertThat(alert.getSegment()).isEqualTo("all");
      // 0.4 * n / 1000 > 0.15 first holds at n = 376: 375 give exactly 0.65, which is not outside.
      assertThat(alert.getPredictions()).isEqualTo(2376);
      assertThat(alert.getReading().getDetector()).isEqualTo("fixed-band");
      assertThat(alert.getReading().getStatistic()).isCloseTo(0.1504, within(1e-9));
      assertThat(alert.getSince()).isEqualTo(START.plusSeconds(2000));
      assertThat(alert.getDetectedAt()).isEqualTo(START.plusSeconds(2375));
      assertThat(alert.getBefore()).isNotNull();
      assertThat(alert.getBefore().getMean()).isEqualTo(0.5);
      assertThat(alert.getAfter().getCount()).isEqualTo(1000);
      assertThat(alert.getAfter().getQuantiles()).hasSize(5);
      assertThat(alert.getExamples()).hasSize(20).allMatch(id -> id.startsWith("T-"));
      List<RetrainingTrigger> triggers = drift.triggers();
      assertThat(triggers).hasSize(1);
      assertThat(triggers.get(0).getAlertId()).isEqualTo(alert.getAlertId());
      assertThat(triggers.get(0).getDataFrom()).isEqualTo(START.plusSeconds(2000));
      assertThat(triggers.get(0).getPredictions()).isEqualTo(500);
      assertThat(triggers.get(0).getUrgency()).isEqualTo(Urgency.NORMAL);
      assertThat(triggers.get(0).getScope()).containsExactly("default/US/en");
      assertThat(triggers.get(0).getBudgetLeft()).isEqualTo(2);
      assertThat(triggers.get(0).getReason())
          .isEqualTo(
              "Scores of the whole stream have drifted since 2026-03-01T08:33:20Z: retrain"
                  + " ticket-urgency 1.0.0 on tickets from then on.");
    }
  }

  @Test
  void theIncidentIsOverWhenAWholeWindowWasInsideTheBand() {
    try (DriftDriver drift = drift()) {
      drift.publish(1000, 0.5).publish(1000, 0.9).publish(3000, 0.5);

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts)
          .extracting(DriftAlert::getEvent)
          .containsExactly(AlertEvent.OPENED, AlertEvent.RECOVERED);
      assertThat(alerts.get(1).getAlertId()).isEqualTo(alerts.get(0).getAlertId());
      // The window holds 375 of 0.9 again, exactly 0.65, from prediction 2625 on: 1,000 inside.
      assertThat(alerts.get(1).getPredictions()).isEqualTo(3624);
    }
  }

  @Test
  void aSecondIncidentWithinTheCoolDownIsAlertedAndAsksForRetrainingOnlyAfterIt() {
    try (DriftDriver drift = drift("drift.retrain-cooldown", "2h")) {
      drift.publish(1000, 0.5).publish(1000, 0.9).publish(2000, 0.5).publish(1000, 0.9);

      assertThat(drift.turns())
          .extracting(DriftAlert::getEvent)
          .containsExactly(AlertEvent.OPENED, AlertEvent.RECOVERED, AlertEvent.OPENED);
      assertThat(drift.triggers()).hasSize(1);

      drift.publish(6000, 0.9);

      assertThat(drift.turns()).isEmpty();
      List<RetrainingTrigger> later = drift.triggers();
      assertThat(later).hasSize(1);
      // Asked at the 1,500th second first, so again at the first word two hours after that.
      assertThat(later.get(0).getRequestedAt())
          .isBetween(START.plusSeconds(1499 + 7200), START.plusSeconds(1499 + 7200 + 1000));
    }
  }

  @Test
  void reportsEveryWindowInWhateverState() {
    try (DriftDriver drift = drift()) {
      drift.publish(1000, 0.5).publish(1000, 0.9).publish(2000, 0.5);

      assertThat(drift.reports())
          .extracting(DriftReport::getState, r -> r.getWindow().getMean())
          .containsExactly(
              tuple(DriftState.OK, 0.5),
              tuple(DriftState.DRIFT, ScoreUnits.score(ScoreUnits.of(0.9))),
              tuple(DriftState.DRIFT, 0.5),
              tuple(DriftState.RECOVERED, 0.5));
    }
  }

  @Test
  void aNewModelBeginsNewStatisticsAndEndsTheIncident() {
    try (DriftDriver drift = drift()) {
      drift.publish(1500, 0.9).publish(999, () -> 0.5, MODEL_B);

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts)
          .extracting(DriftAlert::getEvent)
          .containsExactly(AlertEvent.OPENED, AlertEvent.CLOSED);
      assertThat(alerts.get(1).getClosedBy()).isEqualTo("model ticket-urgency 1.1.0");
      assertThat(alerts.get(1).getModel()).isEqualTo(MODEL_A);
      assertThat(alerts.get(1).getMessage()).contains("ended with model ticket-urgency 1.1.0");

      drift.publish(1, () -> 0.5, MODEL_B);

      List<DriftReport> reports = drift.reports();
      assertThat(reports.get(reports.size() - 1).getModel()).isEqualTo(MODEL_B);
      assertThat(reports.get(reports.size() - 1).getPredictions()).isEqualTo(2500);
      assertThat(reports.get(reports.size() - 1).getWindow().getMean()).isEqualTo(0.5);
    }
  }

  @Test
  void stragglersOfTheModelBeforeArePassedOverUntilItIsClearlyBack() {
    try (DriftDriver drift = drift("drift.report-every", "100")) {
      drift.publish(100, () -> 0.4, MODEL_A).publish(50, () -> 0.6, MODEL_B);
      drift.publish(99, () -> 0.4, MODEL_A).publish(50, () -> 0.6, MODEL_B);

      assertThat(drift.reports())
          .extracting(DriftReport::getModel, DriftReport::getPredictions)
          .containsExactly(tuple(MODEL_A, 100L), tuple(MODEL_B, 299L));

      drift.publish(200, () -> 0.4, MODEL_A);

      assertThat(drift.reports())
          .extracting(DriftReport::getModel, DriftReport::getPredictions)
          .containsExactly(tuple(MODEL_A, 499L));
    }
  }

  @Test
  void responsesDoNotCount() {
    try (DriftDriver drift = drift()) {
      for (int i = 0; i < 1500; i++) {
        Score score = drift.score(i, 0.9, START, MODEL_A);
        score.setKind(ScoreKind.RESPONSE);
        score.setResponseId("R");
        drift.publish(score);
      }

      assertThat(drift.alerts()).isEmpty();
      assertThat(Metric.PROCESSED.counter(drift.registry, "drift").count()).isEqualTo(1500);
    }
  }

  @Test
  void aSegmentThatDriftsWithTheWholeIsPartOfItsIncidentAndGetsItsOwnAlertWhenItOutlivesIt() {
    try (DriftDriver drift = drift()) {
      drift.tenant("one").publish(1, 0.5);
      drift.tenant("two").publish(1500, 0.9);

      assertThat(drift.alerts())
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent, DriftAlert::getSegments)
          .containsExactly(
              tuple("all", AlertEvent.OPENED, List.of()),
              tuple("all", AlertEvent.UPDATED, List.of("two/US/en")));

      for (int i = 0; i < 6000; i++) {
        boolean two = i % 5 == 0;
        drift.tenant(two ? "two" : "one").publish(1, two ? 0.9 : 0.5);
      }

      List<DriftAlert> later = drift.turns();
      assertThat(later)
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .contains(tuple("all", AlertEvent.RECOVERED), tuple("two/US/en", AlertEvent.OPENED));
    }
  }

  @Test
  void segmentsBeyondTheCapCountInTheWholeOnly() {
    try (DriftDriver drift = drift("drift.max-segments", "2", "drift.report-every", "10")) {
      drift.tenant("one").publish(1, 0.5);
      drift.tenant("two").publish(10, 0.5);
      drift.tenant("three").publish(20, 0.5);

      assertThat(drift.reports())
          .extracting(DriftReport::getSegment)
          .containsExactlyInAnyOrder("all", "two/US/en", "all", "all");
    }
  }

  @Test
  void lateTicketsChangeNeitherTheVerdictNorTheCoolDown() {
    List<Double> scores = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 6000; i++) {
      scores.add(i < 2000 ? random.nextDouble() : 0.6 + 0.4 * random.nextDouble());
    }
    List<DriftAlert> inOrder;
    try (DriftDriver drift = drift()) {
      scores.forEach(score -> drift.publish(1, score));
      inOrder = drift.alerts();
    }
    try (DriftDriver drift = drift()) {
      for (int i = 0; i < scores.size(); i++) {
        int late = i % 3 == 0 ? 5 * 24 * 3600 : 0;
        drift.publish(
            drift.score(i, scores.get(i), START.plusSeconds(i).minusSeconds(late), MODEL_A));
      }

      List<DriftAlert> withLate = drift.alerts();
      assertThat(withLate)
          .extracting(DriftAlert::getAlertId, DriftAlert::getPredictions)
          .containsExactlyElementsOf(
              inOrder.stream().map(a -> tuple(a.getAlertId(), a.getPredictions())).toList());
      assertThat(drift.triggers()).hasSize(1);
    }
  }

  @Test
  void aRestartAnywhereLeavesTheOutcomeAsItWas() {
    SplittableRandom random = new SplittableRandom(11);
    double[] scores = new double[7000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = i < 3000 || i > 5000 ? random.nextDouble() : 0.5 + random.nextDouble() / 2;
    }
    List<DriftAlert> alerts;
    List<DriftReport> reports;
    List<RetrainingTrigger> triggers;
    try (DriftDriver drift = drift()) {
      for (double score : scores) {
        drift.publish(1, score);
      }
      alerts = drift.alerts();
      reports = drift.reports();
      triggers = drift.triggers();
    }

    List<DriftAlert> movedAlerts = new ArrayList<>();
    List<DriftReport> movedReports = new ArrayList<>();
    List<RetrainingTrigger> movedTriggers = new ArrayList<>();
    DriftDriver drift = drift();
    int moves = 0;
    for (int i = 0; i < scores.length; i++) {
      drift.publish(1, scores[i]);
      if (i % 1711 == 1000) {
        movedAlerts.addAll(drift.alerts());
        movedReports.addAll(drift.reports());
        movedTriggers.addAll(drift.triggers());
        drift = drift.moved(dir.resolve("move-" + moves++), Map.of());
      }
    }
    movedAlerts.addAll(drift.alerts());
    movedReports.addAll(drift.reports());
    movedTriggers.addAll(drift.triggers());
    drift.close();

    assertThat(alerts)
        .extracting(DriftAlert::getEvent)
        .containsOnlyOnce(AlertEvent.OPENED, AlertEvent.RECOVERED);
    assertThat(movedAlerts).isEqualTo(alerts);
    assertThat(movedReports).isEqualTo(reports);
    assertThat(movedTriggers).isEqualTo(triggers);
    assertThat(moves).isEqualTo(4);
  }

  @Test
  void aChangedWindowBeginsNewStatistics() {
    DriftDriver first = drift();
    first.publish(1500, 0.9);
    assertThat(first.alerts()).hasSize(1);
    Map<String, String> shorter = pairs("drift.window", "30");
    try (DriftDriver drift = first.moved(dir.resolve("next"), shorter)) {
      drift.publish(29, 0.5);
      assertThat(drift.alerts()).isEmpty();

      drift.publish(1, 0.5);

      assertThat(drift.turns())
          .extracting(DriftAlert::getEvent)
          .containsExactly(AlertEvent.RECOVERED);
    }
  }

  @Test
  void otherDetectorsBeginNewStatistics() {
    DriftDriver first = drift();
    first.publish(1500, 0.9);
    assertThat(first.alerts()).hasSize(1);
    try (DriftDriver drift =
        first.moved(dir.resolve("next"), pairs("drift.detectors", "fixed-band,adwin"))) {
      drift.publish(999, 0.5);
      assertThat(drift.alerts()).as("the old window would be through by now").isEmpty();

      drift.publish(1, 0.5);

      assertThat(drift.turns())
          .extracting(DriftAlert::getEvent)
          .containsExactly(AlertEvent.RECOVERED);
    }
  }

  @Test
  void badScoresBecomeDeadLettersAndDoNotCount() {
    try (DriftDriver drift = drift()) {
      drift.publish(999, 0.9);
      drift.publish(drift.score(1, Double.NaN, START, MODEL_A));
      drift.publish(drift.score(2, 1.5, START, MODEL_A));
      drift.publish(drift.score(3, -0.1, START, MODEL_A));
      assertThat(drift.alerts()).isEmpty();

      drift.publish(1, 0.9);

      assertThat(drift.alerts()).hasSize(1);
      assertThat(drift.deadLetters())
          .extracting(DeadLetter::getReason)
          .containsExactly("NOT_A_NUMBER", "INVALID_FIELD", "INVALID_FIELD");
    }
  }

  @Test
  void alertsAndTriggersCarryCloudEventsAndTheTrace() {
    try (DriftDriver drift = drift()) {
      drift.trace("00-trace").publish(1000, 0.9);

      TestRecord<String, DriftAlert> alert = drift.records(Topics.DRIFT_ALERTS).get(0);
      assertThat(alert.key()).isEqualTo("all");
      assertThat(header(alert, "ce_specversion")).isEqualTo("1.0");
      assertThat(header(alert, "ce_id")).isEqualTo(alert.value().getAlertId() + "/opened");
      assertThat(header(alert, "ce_type")).isEqualTo("dev.prefstream.drift.alert.opened");
      assertThat(header(alert, "traceparent")).isEqualTo("00-trace");
      assertThat(alert.headers())
          .extracting(Header::key)
          .containsExactlyElementsOf(
              TopicHeader.of(Topics.DRIFT_ALERTS).stream().map(TopicHeader::key).toList());
      TestRecord<String, RetrainingTrigger> trigger =
          drift.records(Topics.RETRAINING_TRIGGERS).get(0);
      assertThat(header(trigger, "ce_id")).isEqualTo(trigger.value().getTriggerId());
    }
  }

  @Test
  void onePredictionWritesAFewHundredBytesToTheChangelog() {
    try (DriftDriver drift = drift()) {
      drift.publish(5000, () -> 0.123456789, MODEL_A);
      drift.changelog();

      drift.publish(5000, () -> 0.123456789, MODEL_A);

      double bytes =
          drift.changelog().stream()
                  .mapToLong(r -> r.key().length + (r.value() == null ? 0 : r.value().length))
                  .sum()
              / 5000.0;
      assertThat(bytes).isLessThan(2000); // Without a cache, as here, each rewrites its batch.
      double repartitioned =
          drift.repartition().stream().mapToLong(r -> r.key().length + r.value().length).sum()
              / 10000.0;
      assertThat(repartitioned).isLessThan(25);
      System.out.printf(
          "changelog %.0f bytes a prediction, repartition %.0f%n", bytes, repartitioned);
    }
  }

  @Test
  void timeAloneChangesNothing() {
    try (DriftDriver drift = drift()) {
      drift.publish(1500, 0.9);
      drift.alerts();

      drift.advance(Duration.ofDays(30));

      assertThat(drift.alerts()).isEmpty();
    }
  }

  private static String header(TestRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
