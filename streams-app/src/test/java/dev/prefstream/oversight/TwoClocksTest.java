package dev.prefstream.oversight;

import static dev.prefstream.oversight.Records.at;
import static dev.prefstream.oversight.Records.routed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AuditKind;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Windows, months and retention with stream time and the wall clock moved apart: the time of a
 * decision says where it counts, stream time what is remembered, the wall clock when is told.
 */
class TwoClocksTest {

  private static final Duration RETENTION = Duration.ofDays(40);
  private static final Duration LITTLE = Duration.ofMillis(1);

  /** The driver's START lies in the window from 12 February to 12 March. */
  private static final Instant WINDOW = Instant.parse("2026-02-12T00:00:00Z");

  private static final Instant WINDOW_BEFORE = WINDOW.minus(Duration.ofDays(28));

  private OversightDriver oversight;
  private StageDriver stage;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    oversight =
        new OversightDriver(
            stateDir, Map.of("oversight.review-rate", "0.5", "oversight.state-retention", "40d"));
    stage = oversight.stage;
  }

  @AfterEach
  void countsAddUp() {
    oversight.close();
  }

  @Test
  void aDecisionCountsInTheWindowOfItsOwnTimeWheneverItComes() {
    decided("T-1", WINDOW.minus(LITTLE));
    decided("T-2", WINDOW);
    stage.advance(Duration.ofDays(20));
    decided("T-3", WINDOW.minus(LITTLE));

    assertThat(windows())
        .contains(tuple(WINDOW_BEFORE, 2L), tuple(WINDOW, 1L))
        .doesNotContain(tuple(WINDOW, 2L));
  }

  @Test
  void aWindowIsToldOfByTheWallClockAloneAndAgainWhenSomethingStillComesForIt() {
    decided("T-1", WINDOW);
    decided("T-2", WINDOW.plus(Duration.ofDays(10)));
    assertThat(stage.read(Topics.ACCURACY_REPORTS)).as("stream time went on").isEmpty();
    oversight.report();
    assertThat(stage.read(Topics.ACCURACY_REPORTS)).isNotEmpty();

    stage.advance(Duration.ofDays(30));
    oversight.report();
    assertThat(stage.read(Topics.ACCURACY_REPORTS)).as("nothing came").isEmpty();
    label("T-1", Route.URGENT, StageDriver.START);

    AccuracyReport report = oversight.accuracy("a", "*");
    assertThat(report.getWindowStart()).isEqualTo(WINDOW);
    assertThat(report.getAccuracy().getTrials()).isEqualTo(1);
  }

  @Test
  void aLabelWaitsForItsDecisionUntilStreamTimeHasPassedTheRetention() {
    Instant begin = StageDriver.START.minus(Duration.ofDays(60));
    label("T-1", Route.URGENT, begin);
    label("T-2", Route.URGENT, begin);
    stage.advance(Duration.ofDays(50));
    assertThat(stage.entries(Reviews.STORE)).as("stream time stood").isEqualTo(2);

    decided("T-1", begin.plus(RETENTION));
    decided("T-2", begin.plus(RETENTION).plus(LITTLE));

    AccuracyReport report = oversight.accuracy("a", "*");
    assertThat(report.getDecisions()).isEqualTo(2);
    assertThat(report.getAccuracy().getTrials()).isEqualTo(1);
    assertThat(Metric.UNMATCHED_LABELS.counter(stage.registry()).count()).isEqualTo(1);
  }

  @Test
  void aLabelAfterTheRetentionFindsNoDecisionAndTheDecisionStaysCounted() {
    Instant begin = StageDriver.START.minus(Duration.ofDays(60));
    decided("T-1", begin);
    oversight.report();
    stage.read(Topics.ACCURACY_REPORTS);
    label("T-1", Route.URGENT, begin.plus(RETENTION).plus(LITTLE));
    oversight.report();
    assertThat(stage.read(Topics.ACCURACY_REPORTS)).as("no count changed").isEmpty();

    decided("T-2", begin.plus(RETENTION).plus(LITTLE));
    assertThat(windows()).extracting(each -> each.toList().get(1)).containsOnly(1L);
  }

  @Test
  void aMonthIsOverByTheWallClockThoughNoRecordComes() {
    decided("T-1", StageDriver.START);
    assertThat(kinds()).containsExactly(AuditKind.RUNNING);
    stage.advance(
        Duration.between(stage.now(), Instant.parse("2026-04-01T00:08:00Z")).minus(LITTLE));
    assertThat(kinds()).as("what was decided in its last minutes may be on its way").isEmpty();

    stage.advance(Duration.ofMinutes(1));
    assertThat(kinds()).containsExactly(AuditKind.MONTH);
    stage.advance(Duration.ofDays(3));
    assertThat(kinds()).as("once").isEmpty();
  }

  @Test
  void aMonthThatChangesAfterItsLastAuditIsToldOfOnceMore() {
    decided("T-1", StageDriver.START);
    oversight.report();
    stage.advance(Duration.between(stage.now(), Instant.parse("2026-04-02T00:00:00Z")));
    kinds();
    decided("T-2", StageDriver.START.plus(Duration.ofDays(1)));

    assertThat(kinds()).containsExactly(AuditKind.RUNNING);
    oversight.report();
    assertThat(stage.read(Topics.FAIRNESS_AUDITS))
        .filteredOn(audit -> audit.getTenantId().equals("a"))
        .singleElement()
        .satisfies(
            audit -> {
              assertThat(audit.getKind()).isEqualTo(AuditKind.MONTH);
              assertThat(audit.getUrgent().getTrials()).isEqualTo(2);
            });
  }

  @Test
  void aBacklogOfMonthsGivesEachMonthItsAudits() {
    decided("T-1", Instant.parse("2026-01-31T23:59:59.999Z"));
    decided("T-2", Instant.parse("2026-02-01T00:00:00Z"));
    oversight.report();
    oversight.report();

    assertThat(stage.read(Topics.FAIRNESS_AUDITS))
        .filteredOn(audit -> audit.getTenantId().equals("a"))
        .extracting(FairnessAudit::getPeriodStart, FairnessAudit::getKind)
        .containsExactlyInAnyOrder(
            tuple(Instant.parse("2026-01-01T00:00:00Z"), AuditKind.RUNNING),
            tuple(Instant.parse("2026-01-01T00:00:00Z"), AuditKind.MONTH),
            tuple(Instant.parse("2026-02-01T00:00:00Z"), AuditKind.RUNNING),
            tuple(Instant.parse("2026-02-01T00:00:00Z"), AuditKind.MONTH));
  }

  @Test
  void anErasureIsRememberedInStreamTime() {
    Instant begin = StageDriver.START.minus(Duration.ofDays(60));
    stage.send(Topics.ERASURES, new TestRecord<>("T-1", new Erasure("T-1", begin), begin));
    stage.advance(Duration.ofDays(50));
    decided("T-1", begin.plus(RETENTION));
    oversight.report();
    assertThat(stage.read(Topics.ACCURACY_REPORTS)).isEmpty();
    assertThat(Metric.AFTER_ERASURE.counter(stage.registry(), "oversight").count()).isEqualTo(1);

    decided("T-1", begin.plus(RETENTION).plus(LITTLE));
    assertThat(oversight.accuracy("a", "*").getDecisions()).isEqualTo(1);
  }

  @Test
  void changesNotYetSentOutlastARestart() {
    decided("T-1", StageDriver.START);
    stage.restart();
    stage.advance(Duration.ofDays(1));
    decided("T-1", StageDriver.START);
    decided("T-2", StageDriver.START);

    assertThat(oversight.accuracy("a", "*").getDecisions()).isEqualTo(2);
    assertThat(stage.duplicates()).isEqualTo(1);
  }

  private void decided(String ticketId, Instant time) {
    DecisionRecord decided = at(routed(ticketId, "a", Route.URGENT), time);
    stage.send(Topics.DECISION_LOG, new TestRecord<>(ticketId, decided, time));
  }

  private void label(String ticketId, Route route, Instant time) {
    stage.send(
        Topics.EXPERT_LABELS, new TestRecord<>(ticketId, Records.label(ticketId, route, 0), time));
  }

  /** Windows told of for the tenant since the last call, with how many decisions each has. */
  private List<org.assertj.core.groups.Tuple> windows() {
    oversight.report();
    return stage.read(Topics.ACCURACY_REPORTS).stream()
        .filter(report -> report.getTenantId().equals("a") && report.getDomain().equals("*"))
        .map(report -> tuple(report.getWindowStart(), report.getDecisions()))
        .toList();
  }

  private List<AuditKind> kinds() {
    oversight.report();
    return stage.read(Topics.FAIRNESS_AUDITS).stream()
        .filter(audit -> audit.getTenantId().equals("a"))
        .map(FairnessAudit::getKind)
        .toList();
  }
}
