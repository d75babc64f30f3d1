package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.RetrainingOutcome;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.schemas.avro.Urgency;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents of accuracy, by what reports on labels bring. */
class QualityIncidentTest {

  private final Path dir;
  private final SplittableRandom random = new SplittableRandom(17);

  /** Labels and wrong decisions of each tenant so far. */
  private final Map<String, long[]> labelled = new HashMap<>();

  QualityIncidentTest(@TempDir Path dir) {
    this.dir = dir;
  }

  private DriftDriver drift(String... settings) {
    return DriftDriver.with(dir, settings);
  }

  @Test
  void aFallOfAccuracyIsQualityAndUrgent() {
    try (DriftDriver drift = drift()) {
      long wrong = 0;
      for (int labels = 1; labels <= 900; labels++) {
        wrong += labels % (labels < 500 ? 20 : 3) == 0 ? 1 : 0;
        drift.publish(Topics.ACCURACY_REPORTS, accuracy(labels, wrong, MODEL_A));
      }

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts)
          .extracting(DriftAlert::getSegment, DriftAlert::getKind, DriftAlert::getEvent)
          .containsExactly(tuple("all", DriftKind.QUALITY, AlertEvent.OPENED));
      assertThat(alerts.get(0).getPredictions()).isBetween(510L, 700L);
      assertThat(alerts.get(0).getSince())
          .isBetween(START.plusSeconds(450), START.plusSeconds(560));
      assertThat(alerts.get(0).getAccuracy().getValue()).isBetween(0.8, 0.97);
      assertThat(drift.triggers())
          .extracting(RetrainingTrigger::getUrgency)
          .containsExactly(Urgency.HIGH);
    }
  }

  /** One tenant has a quarter of the labels, and is wrong more often from its 500th on. */
  @Test
  void aFallOfAccuracyOfOneTenantIsToldAndAskedForOnce() {
    try (DriftDriver drift = drift("drift.retrain-cooldown", "0s")) {
      for (int i = 0; i < 6000; i++) {
        String tenant = "t" + i % 4;
        long labels = i / 4 + 1;
        drift.publish(
            Topics.ACCURACY_REPORTS,
            accuracy(tenant, labels, wrong(labels, tenant.equals("t1") ? 500 : 6000), MODEL_A));
      }

      assertThat(drift.turns())
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .containsExactly(tuple("t1/*/*", AlertEvent.OPENED));
      assertThat(drift.triggers())
          .extracting(RetrainingTrigger::getSegment)
          .containsExactly("t1/*/*");
    }
  }

  @Test
  void aFallOfAccuracyOfAllTenantsIsToldAndAskedForOnce() {
    try (DriftDriver drift = drift("drift.retrain-cooldown", "0s")) {
      for (int i = 0; i < 4000; i++) {
        long labels = i / 4 + 1;
        drift.publish(
            Topics.ACCURACY_REPORTS, accuracy("t" + i % 4, labels, wrong(labels, 500), MODEL_A));
      }

      List<DriftAlert> alerts = drift.alerts();
      assertThat(alerts)
          .filteredOn(alert -> alert.getEvent() != AlertEvent.UPDATED)
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .containsExactly(tuple("all", AlertEvent.OPENED));
      assertThat(alerts.get(alerts.size() - 1).getSegments())
          .containsExactlyInAnyOrder("t0/*/*", "t1/*/*", "t2/*/*", "t3/*/*");
      assertThat(drift.triggers()).extracting(RetrainingTrigger::getSegment).containsExactly("all");
    }
  }

  /** The worse tenant's labels come alone for a while, as wrong as ever. */
  @Test
  void labelsOfATenantThatIsWorseAsEverAreNoFallOfAll() {
    try (DriftDriver drift = drift()) {
      label(drift, "good", 1000, 20);
      label(drift, "bad", 250, 75);
      for (int i = 0; i < 60; i++) {
        label(drift, "bad", 20, 6);
      }

      assertThat(drift.alerts()).isEmpty();
      assertThat(drift.triggers()).isEmpty();
    }
  }

  @Test
  void aFallOfAllIsToldThoughTheMixOfTenantsChanges() {
    try (DriftDriver drift = drift("drift.retrain-cooldown", "0s")) {
      label(drift, "bad", 1000, 300);
      for (int i = 0; i < 4; i++) {
        label(drift, "good-" + i, 260, 13);
      }
      for (int i = 0; i < 80; i++) {
        label(drift, "good-" + i % 4, 10, 2);
      }

      assertThat(drift.turns())
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .containsExactly(tuple("all", AlertEvent.OPENED));
      assertThat(drift.triggers()).extracting(RetrainingTrigger::getSegment).containsExactly("all");
    }
  }

  @Test
  void wordThatRetrainingIsDeclinedSettlesAFallOfAccuracyAndADeeperOneIsTold() {
    try (DriftDriver drift = drift("drift.retrain-cooldown", "0s")) {
      label(drift, "a", 400, 20);
      label(drift, "b", 400, 20);
      for (int i = 0; i < 40; i++) {
        label(drift, "a", 5, 2);
        label(drift, "b", 20, 1);
      }
      assertThat(drift.turns())
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .containsExactly(tuple("a/*/*", AlertEvent.OPENED));

      drift.done(drift.triggers().get(0).getTriggerId(), RetrainingOutcome.DECLINED);
      assertThat(drift.resets()).as("scores are as before").isEmpty();
      for (int i = 0; i < 40; i++) {
        label(drift, "a", 10, 4);
      }
      assertThat(drift.alerts())
          .extracting(DriftAlert::getSegment, DriftAlert::getClosedBy)
          .containsExactly(tuple("a/*/*", "word that retraining is declined"));

      for (int i = 0; i < 20; i++) {
        label(drift, "a", 10, 8);
        label(drift, "b", 40, 2);
      }
      assertThat(drift.turns())
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .containsExactly(tuple("a/*/*", AlertEvent.OPENED));
      assertThat(drift.triggers()).hasSize(1);
    }
  }

  @Test
  void wordThatRetrainingIsDoneSettlesAFallOfAllWithThoseOfItsTenants() {
    try (DriftDriver drift = drift("drift.retrain-cooldown", "0s")) {
      for (int i = 0; i < 4; i++) {
        label(drift, "t" + i, 400, 20);
      }
      for (int i = 0; i < 160; i++) {
        label(drift, "t" + i % 4, 10, 3);
      }
      List<DriftAlert> fall = drift.alerts();
      assertThat(fall).extracting(DriftAlert::getSegment).containsOnly("all");
      assertThat(fall.get(fall.size() - 1).getSegments()).hasSize(4);

      drift.done(drift.triggers().get(0).getTriggerId(), RetrainingOutcome.RETRAINED);
      assertThat(drift.resets()).as("scores are as before").isEmpty();
      for (int i = 0; i < 400; i++) {
        label(drift, "t" + i % 4, 10, 3);
      }

      assertThat(drift.alerts())
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .containsExactly(tuple("all", AlertEvent.CLOSED));
      assertThat(drift.triggers()).isEmpty();
    }
  }

  /** One more report of a tenant, with so many labels that are new. */
  private void label(DriftDriver drift, String tenant, int labels, int errors) {
    long[] counts = labelled.computeIfAbsent(tenant, name -> new long[2]);
    counts[0] += labels;
    counts[1] += errors;
    drift.publish(Topics.ACCURACY_REPORTS, accuracy(tenant, counts[0], counts[1], MODEL_A));
  }

  @Test
  void aRequestForAccuracyOfTheWholeDelaysThoseForScores() {
    try (DriftDriver drift = drift()) {
      drift.publish(Topics.ACCURACY_REPORTS, accuracy(300, 15, MODEL_A));
      drift.publish(Topics.ACCURACY_REPORTS, accuracy(700, 215, MODEL_A));
      assertThat(drift.triggers()).extracting(RetrainingTrigger::getSegment).containsExactly("all");

      drift.publish(1000, 0.5).publish(1500, 0.9);

      assertThat(drift.turns())
          .extracting(DriftAlert::getKind)
          .containsExactly(DriftKind.QUALITY, DriftKind.DATA);
      assertThat(drift.triggers()).isEmpty();
    }
  }

  /** One in twenty is wrong, and one in four from a label on. */
  private static long wrong(long labels, long from) {
    return labels < from ? labels / 20 : from / 20 + (labels - from) / 4;
  }

  @Test
  void aModelThatWasPutBackIsWatchedAgainFromItsReleaseOn() {
    try (DriftDriver drift = drift()) {
      drift.release(MODEL_A);
      drift.publish(Topics.ACCURACY_REPORTS, accuracy("default", 300, 15, MODEL_A));
      drift.release(MODEL_B);
      drift.publish(Topics.ACCURACY_REPORTS, accuracy("default", 300, 15, MODEL_B));
      drift.release(MODEL_A);
      drift.publish(Topics.ACCURACY_REPORTS, accuracy("default", 600, 30, MODEL_A));
      drift.publish(Topics.ACCURACY_REPORTS, accuracy("default", 310, 15, MODEL_B));
      drift.publish(Topics.ACCURACY_REPORTS, accuracy("default", 900, 180, MODEL_A));

      assertThat(drift.turns())
          .extracting(DriftAlert::getEvent, DriftAlert::getModel)
          .containsExactly(tuple(AlertEvent.OPENED, MODEL_A));
    }
  }

  @Test
  void aDriftOfScoresSaysWhetherAccuracyHolds() {
    try (DriftDriver drift = drift()) {
      for (int labels = 1; labels <= 100; labels++) {
        drift.publish(Topics.ACCURACY_REPORTS, accuracy(labels, labels / 20, MODEL_A));
      }
      drift.publish(1000, 0.5).publish(1000, 0.9);

      DriftAlert alert = drift.alerts().get(0);
      assertThat(alert.getKind()).isEqualTo(DriftKind.DATA);
      assertThat(alert.getAccuracy().getSuccesses()).isEqualTo(95);
    }
  }

  private static AccuracyReport accuracy(long labels, long wrong, ModelRef model) {
    return accuracy("default", labels, wrong, model);
  }

  private static AccuracyReport accuracy(String tenant, long labels, long wrong, ModelRef model) {
    double value = (double) (labels - wrong) / labels;
    return AccuracyReport.newBuilder()
        .setTenantId(tenant)
        .setModel(model)
        .setAccuracy(new Share(labels - wrong, labels, value, 0.0, 1.0))
        .setTrueUrgent(labels - wrong)
        .setFalseUrgent(wrong)
        .setTrueStandard(0)
        .setFalseStandard(0)
        .setAsOf(START.plusSeconds(labels))
        .build();
  }
}
