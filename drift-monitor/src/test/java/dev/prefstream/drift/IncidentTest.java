package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.RetrainingOutcome;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.SegmentChange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
      Map.of(
          "drift.detectors", "cusum-mean",
          "drift.reference", "1000",
          "drift.provisional-reference", "0",
          "drift.signals", "",
          "drift.arl", "10000000",
          "drift.retrain-cooldown", "0s");

  private final Path dir;
  private final SplittableRandom random = new SplittableRandom(17);

  IncidentTest(@TempDir Path dir) {
    this.dir = dir;
  }

  private DriftDriver drift(String... settings) {
    return DriftDriver.with(dir, settings);
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
  void wordOnRetrainingIsFollowedThoughAResetCameFromAClockThatWasAhead() {
    try (DriftDriver drift = new DriftDriver(dir, ONE_CHART)) {
      drift.reset("all", START.plus(Duration.ofDays(20_000)));
      drift.publish(3000, () -> 0.3 + 0.2 * random.nextDouble(), MODEL_A);
      drift.publish(1000, () -> 0.5 + 0.2 * random.nextDouble(), MODEL_A);
      assertThat(lastReference(drift)).isEqualTo(ReferenceState.FROZEN);

      drift.done(drift.triggers().get(0).getTriggerId(), RetrainingOutcome.DECLINED);
      drift.publish(1000, () -> 0.5 + 0.2 * random.nextDouble(), MODEL_A);

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
