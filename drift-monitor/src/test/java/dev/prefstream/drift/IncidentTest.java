package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.RetrainingOutcome;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.SegmentChange;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.schemas.avro.Urgency;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An incident from its first alert to its end, and what it asks for. */
class IncidentTest {

  private static final Map<String, String> ONE_CHART =
      pairs(
          "drift.detectors", "cusum-mean",
          "drift.reference", "1000",
          "drift.provisional-reference", "0",
          "drift.signals", "",
          "drift.arl", "10000000",
          "drift.retrain-cooldown", "0s");

  private final Path dir;
  private final SplittableRandom random = new SplittableRandom(17);

  /** Labels and wrong decisions of each tenant so far. */
  private final Map<String, long[]> labelled = new HashMap<>();

  IncidentTest(@TempDir Path dir) {
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
  void oneIncidentOpensOnceHoweverLongThroughRestartsDuplicatesAndRelapses() {
    DriftDriver drift = drift();
    List<DriftAlert> alerts = new ArrayList<>();
    List<RetrainingTrigger> triggers = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      // Comes back for 400 of every 2,000, which is no recovery.
      double value = i < 1500 || i % 2000 < 400 ? random.nextDouble() : 0.9;
      Score score = drift.score(i, value, START.plusSeconds(i), MODEL_A);
      drift.publish(score);
      if (i % 3 == 0) {
        drift.publish(score);
      }
      if (i % 4999 == 0) {
        alerts.addAll(drift.alerts());
        triggers.addAll(drift.triggers());
        drift = drift.moved(dir.resolve("at-" + i), Map.of());
      }
    }
    alerts.addAll(drift.alerts());
    triggers.addAll(drift.triggers());
    drift.close();

    assertThat(alerts).extracting(DriftAlert::getAlertId).containsOnly(alerts.get(0).getAlertId());
    assertThat(alerts)
        .extracting(DriftAlert::getEvent)
        .startsWith(AlertEvent.OPENED)
        .containsOnlyOnce(AlertEvent.OPENED)
        .doesNotContain(AlertEvent.RECOVERED);
    assertThat(alerts).hasSizeBetween(3, 8); // Updates as it doubles, not one a window.
    assertThat(triggers).hasSize(1);
  }

  @Test
  void wordThatRetrainingIsDoneEndsTheIncidentOnce() {
    try (DriftDriver drift = drift()) {
      drift.publish(1000, 0.5).publish(1500, 0.9);
      RetrainingTrigger trigger = drift.triggers().get(0);
      drift.alerts();

      drift.done(trigger.getTriggerId(), RetrainingOutcome.RETRAINED);
      drift.done(trigger.getTriggerId(), RetrainingOutcome.RETRAINED);
      drift.publish(4000, 0.9);

      assertThat(drift.alerts())
          .extracting(DriftAlert::getEvent, DriftAlert::getClosedBy)
          .containsExactly(tuple(AlertEvent.CLOSED, "word that retraining is done"));
      assertThat(drift.deadLetters()).isEmpty();
    }
  }

  @Test
  void wordOnARequestThatNeverWasIsADeadLetter() {
    try (DriftDriver drift = drift()) {
      drift.publish(1, 0.5).done("nothing/retrain", RetrainingOutcome.DECLINED);

      assertThat(drift.deadLetters())
          .extracting(DeadLetter::getReason)
          .containsExactly("INVALID_FIELD");
    }
  }

  @Test
  void aReleaseEndsIncidentsOfOtherModelsBeforeItsFirstScore() {
    try (DriftDriver drift = drift()) {
      drift.publish(1000, 0.5).publish(1500, 0.9);
      drift.alerts();

      drift.release(MODEL_A);
      assertThat(drift.alerts()).isEmpty();
      drift.release(MODEL_B);
      drift.publish(1500, () -> 0.5, MODEL_B);

      assertThat(drift.alerts())
          .extracting(DriftAlert::getEvent, DriftAlert::getClosedBy)
          .containsExactly(tuple(AlertEvent.CLOSED, "the release of model ticket-urgency 1.1.0"));
    }
  }

  @Test
  void requestsForRetrainingKeepTheWeeksBudget() {
    String[] settings = {
      "drift.retrain-budget",
      "2",
      "drift.retrain-cooldown",
      "0s",
      "drift.window",
      "100",
      "drift.retrain-after",
      "50"
    };
    try (DriftDriver drift = drift(settings)) {
      for (int i = 0; i < 5; i++) {
        drift.publish(400, 0.5).publish(400, 0.9);
      }

      assertThat(drift.turns().stream().filter(a -> a.getEvent() == AlertEvent.OPENED)).hasSize(5);
      assertThat(drift.triggers())
          .extracting(RetrainingTrigger::getBudgetLeft)
          .containsExactly(1, 0);

      drift.publish(200, 0.5);
      Instant nextWeek = START.plus(Duration.ofDays(8));
      drift.advance(Duration.ofDays(8));
      for (int i = 0; i < 400; i++) {
        drift.publish(drift.score(90_000 + i, 0.9, nextWeek.plusSeconds(i), MODEL_A));
      }

      assertThat(drift.triggers()).hasSize(1);
    }
  }

  @Test
  void namesTheSegmentsThatExplainMostOfTheChangeAndAsksToTrainForThem() {
    try (DriftDriver drift = drift()) {
      for (int i = 0; i < 9000; i++) {
        String tenant = List.of("a", "c", "b", "c").get(i % 4);
        boolean changed = i >= 6000 && tenant.equals("c");
        drift.tenant(tenant).publish(1, changed ? 1.0 : 0.45 + 0.1 * random.nextDouble());
      }
      List<DriftAlert> alerts =
          drift.alerts().stream().filter(a -> a.getSegment().equals("all")).toList();
      assertThat(alerts).isNotEmpty();
      SegmentChange most = alerts.get(0).getExplainedBy().get(0);
      assertThat(most.getSegment()).isEqualTo("c/US/en");
      assertThat(most.getMeanBefore()).isBetween(0.45, 0.55);
      assertThat(most.getMeanAfter()).isGreaterThan(0.9);
      assertThat(drift.triggers())
          .extracting(RetrainingTrigger::getScope)
          .allSatisfy(scope -> assertThat(scope).containsExactly("c/US/en"));
    }
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
      int number = 0;
      // 30 hours with 200 tickets each, then one with 10, then one more.
      for (int hour = 0; hour < 30; hour++) {
        for (int i = 0; i < 200; i++) {
          number = publish(drift, number, hour, i * 18);
        }
      }
      assertThat(drift.alerts()).isEmpty();
      for (int i = 0; i < 10; i++) {
        number = publish(drift, number, 30, i * 360);
      }
      publish(drift, number, 31, 0);

      List<DriftAlert> alerts = drift.alerts();
      assertThat(alerts)
          .extracting(DriftAlert::getKind, a -> a.getReading().getDetector())
          .containsExactly(tuple(DriftKind.VOLUME, "volume"));
      assertThat(drift.triggers()).isEmpty();
    }
  }

  private int publish(DriftDriver drift, int number, int hour, int second) {
    Instant time = START.plus(Duration.ofHours(hour)).plusSeconds(second);
    drift.publish(drift.score(number, 0.4 + 0.2 * random.nextDouble(), time, MODEL_A));
    return number + 1;
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

  /** What was dealt with is usual from then on, in the whole stream and in its segment. */
  @ParameterizedTest
  @EnumSource(RetrainingOutcome.class)
  void afterWordOnRetrainingScoresMayStayAndAFurtherDriftIsTold(RetrainingOutcome outcome) {
    try (DriftDriver drift = new DriftDriver(dir, ONE_CHART)) {
      drift.tenant("other").publish(1, 0.4).tenant("default");
      drift.publish(3000, () -> 0.3 + 0.2 * random.nextDouble(), MODEL_A);
      drift.publish(1000, () -> 0.5 + 0.2 * random.nextDouble(), MODEL_A);
      List<DriftAlert> first = drift.alerts();
      assertThat(first).extracting(DriftAlert::getSegment).containsOnly("all");
      assertThat(first.get(first.size() - 1).getSegments()).containsExactly("default/US/en");

      drift.done(drift.triggers().get(0).getTriggerId(), outcome);
      drift.publish(3000, () -> 0.5 + 0.2 * random.nextDouble(), MODEL_A);
      assertThat(drift.alerts())
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .containsExactly(tuple("all", AlertEvent.CLOSED));
      assertThat(drift.triggers()).isEmpty();

      drift.publish(1000, () -> 0.7 + 0.2 * random.nextDouble(), MODEL_A);
      List<DriftAlert> second = drift.alerts();
      assertThat(second)
          .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
          .startsWith(tuple("all", AlertEvent.OPENED));
      assertThat(second.get(second.size() - 1).getSegments()).containsExactly("default/US/en");
      assertThat(second.get(0).getAlertId()).isNotEqualTo(first.get(0).getAlertId());
      assertThat(second.get(0).getBefore().getMean()).isBetween(0.58, 0.62);
      assertThat(drift.triggers()).hasSize(1);
    }
  }

  /** A rule that needs no reference has nothing to learn anew. */
  @Test
  void wordOnRetrainingThatWasAskedForByAFixedRuleResetsNoReference() {
    try (DriftDriver drift = drift("drift.retrain-cooldown", "0s")) {
      drift.publish(1000, 0.5).publish(1500, 0.9);
      drift.done(drift.triggers().get(0).getTriggerId(), RetrainingOutcome.DECLINED);
      assertThat(drift.resets()).isEmpty();
    }
  }

  @Test
  void aResetFromAClockThatWasAheadStopsNoneAfterIt() {
    try (DriftDriver drift = new DriftDriver(dir, ONE_CHART)) {
      drift.reset("all", START.plus(Duration.ofDays(20_000)));
      drift.publish(2500, () -> 0.3 + 0.2 * random.nextDouble(), MODEL_A);
      assertThat(lastReference(drift)).isEqualTo(ReferenceState.FROZEN);

      drift.reset("all", START.plusSeconds(2500));
      drift.publish(1000, () -> 0.3 + 0.2 * random.nextDouble(), MODEL_A);
      assertThat(lastReference(drift)).isEqualTo(ReferenceState.NONE);
    }
  }

  private static ReferenceState lastReference(DriftDriver drift) {
    List<DriftReport> reports =
        drift.reports().stream().filter(report -> report.getSegment().equals("all")).toList();
    return reports.get(reports.size() - 1).getReferenceState();
  }

  @Test
  void aResetByHandEndsTheIncidentAndLearnsANewReferenceOnce() {
    try (DriftDriver drift = new DriftDriver(dir, ONE_CHART)) {
      drift.publish(1500, () -> 0.3 + 0.2 * random.nextDouble(), MODEL_A);
      drift.publish(1000, () -> 0.7 + 0.2 * random.nextDouble(), MODEL_A);
      assertThat(drift.turns()).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
      drift.reports();

      drift.reset("all", START.plusSeconds(2500));
      drift.publish(2000, () -> 0.7 + 0.2 * random.nextDouble(), MODEL_A);

      assertThat(drift.alerts())
          .extracting(DriftAlert::getEvent, DriftAlert::getClosedBy)
          .containsExactly(tuple(AlertEvent.CLOSED, "a reset of the reference"));
      assertThat(drift.reports())
          .extracting(DriftReport::getReferenceState)
          .endsWith(ReferenceState.FROZEN);
    }
  }
}
