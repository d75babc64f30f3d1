package dev.prefstream.oversight;

import static dev.prefstream.oversight.Records.at;
import static dev.prefstream.oversight.Records.inDomain;
import static dev.prefstream.oversight.Records.inGroup;
import static dev.prefstream.oversight.Records.label;
import static dev.prefstream.oversight.Records.routed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AuditKind;
import dev.prefstream.schemas.avro.AuditRequest;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.streamsapp.StageDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OversightTopologyTest extends OversightFixture {

  OversightTopologyTest() {
    super(
        Map.of(
            "oversight.review-rate",
            "0.5",
            "oversight.fairness-min-count",
            "2",
            "oversight.state-retention",
            "40d"));
  }

  @Test
  void asksExpertsAboutTheStartingShareOfTickets() {
    for (int i = 0; i < 200; i++) {
      oversight.send(routed("T-" + i, "a", Route.STANDARD));
    }

    List<ReviewRequest> requests = stage.read(Topics.REVIEW_REQUESTS);
    assertThat(requests).hasSizeBetween(75, 125);
    assertThat(requests)
        .allSatisfy(
            request -> {
              assertThat(request.getSampledBy()).isEqualTo("random-sample");
              assertThat(request.getSamplingRate()).isEqualTo(0.5);
              assertThat(request.getPlanVersion()).isEqualTo("start");
              assertThat(request.getModel()).isEqualTo(Records.MODEL);
            });
    assertThat(Metric.REVIEWS_REQUESTED.counter(stage.registry()).count())
        .isEqualTo(requests.size());
  }

  @Test
  void neitherAsksAboutNorCountsAnswersAndEscalations() {
    for (int i = 0; i < 20; i++) {
      DecisionRecord escalated = routed("T-" + i, "a", Route.URGENT);
      escalated.setEvent(DecisionEvent.ESCALATED);
      oversight.send(escalated);
    }
    oversight.report();

    assertThat(stage.read(Topics.REVIEW_REQUESTS)).isEmpty();
    assertThat(stage.read(Topics.ACCURACY_REPORTS)).isEmpty();
  }

  @Test
  void countsADecisionOnce() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.send(routed("T-1", "a", Route.URGENT));

    assertThat(oversight.accuracy("a", "*").getDecisions()).isEqualTo(1);
    assertThat(stage.duplicates()).isEqualTo(1);
  }

  @Test
  void reportsOnlyWhatChanged() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.report();
    stage.read(Topics.ACCURACY_REPORTS);
    oversight.send(routed("T-2", "b", Route.URGENT));
    oversight.report();
    oversight.report();

    assertThat(stage.read(Topics.ACCURACY_REPORTS))
        .filteredOn(report -> report.getDomain().equals("*"))
        .extracting(AccuracyReport::getTenantId)
        .containsExactlyInAnyOrder("b", "*");
  }

  @Test
  void anErasedTicketLeavesEveryLaterReport() {
    oversight.send(inGroup(routed("T-1", "a", Route.URGENT), "x"));
    oversight.send(label("T-1", Route.URGENT, 1));
    oversight.send(routed("T-2", "a", Route.URGENT));
    assertThat(oversight.accuracy("a", "*").getDecisions()).isEqualTo(2);
    oversight.erase("T-1");
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.send(label("T-1", Route.URGENT, 5));
    oversight.erase("T-1");

    AccuracyReport report = oversight.accuracy("a", "*");
    assertThat(report.getDecisions()).isEqualTo(1);
    assertThat(report.getTrueUrgent()).isZero();
    assertThat(stage.read(Topics.FAIRNESS_AUDITS))
        .filteredOn(audit -> audit.getUrgent().getTrials() == 1)
        .allSatisfy(
            audit ->
                assertThat(audit.getGroups())
                    .filteredOn(group -> group.getDimension().equals("audit_group"))
                    .allSatisfy(group -> assertThat(group.getUrgent().getTrials()).isZero()))
        .isNotEmpty();
    assertThat(stage.duplicates()).isEqualTo(1);
    assertThat(Metric.AFTER_ERASURE.counter(stage.registry(), "oversight").count()).isEqualTo(2);
  }

  @Test
  void auditsEachMonthWhileItRunsAndOnceMoreWhenItIsOver() {
    oversight.send(inGroup(routed("T-1", "a", Route.URGENT), "x"));
    oversight.send(inGroup(routed("T-2", "a", Route.URGENT), "x"));
    oversight.send(inGroup(routed("T-3", "a", Route.URGENT), "y"));
    oversight.send(inGroup(routed("T-4", "a", Route.STANDARD), "y"));
    oversight.send(inGroup(routed("T-5", "a", Route.STANDARD), "too-small"));
    FairnessAudit running = oversight.audit("a");
    oversight.report();
    List<FairnessAudit> unchanged = stage.read(Topics.FAIRNESS_AUDITS);
    stage.advance(Duration.ofDays(30));
    FairnessAudit last = oversight.audit("a");
    oversight.report();

    assertThat(running.getKind()).isEqualTo(AuditKind.RUNNING);
    assertThat(running.getPeriodStart()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(running.getPeriodEnd()).isEqualTo(Instant.parse("2026-04-01T00:00:00Z"));
    assertThat(running.getGroups()).hasSize(3);
    assertThat(running.getParityDifference()).isEqualTo(0.5);
    assertThat(running.getParityRatio()).isEqualTo(0.5);
    assertThat(running.getFourFifths()).isFalse();
    assertThat(running.getAlarm()).isFalse();
    assertThat(unchanged).isEmpty();
    assertThat(last.getKind()).isEqualTo(AuditKind.MONTH);
    assertThat(last.getGroups()).isEqualTo(running.getGroups());
    assertThat(stage.read(Topics.FAIRNESS_AUDITS)).isEmpty();
  }

  @Test
  void auditsWhatIsAskedFor() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.send(routed("T-2", "b", Route.STANDARD));
    stage.advance(DecisionReview.SEND_EVERY);
    ask("1", "a", "2026-03");
    ask("2", "*", null);
    ask("3", "nobody", "2025-01");

    List<FairnessAudit> audits = stage.read(Topics.FAIRNESS_AUDITS);
    assertThat(audits)
        .extracting(FairnessAudit::getRequestId, audit -> audit.getUrgent().getTrials())
        .containsExactly(tuple("1", 1L), tuple("2", 2L), tuple("3", 0L));
    assertThat(audits.get(1).getGroups())
        .extracting(group -> group.getDimension() + "=" + group.getValue())
        .containsExactly("tenant=a", "tenant=b");
  }

  @Test
  void boundsTheValuesOfADimension() {
    for (int i = 0; i < FairnessAudits.MOST_VALUES + 50; i++) {
      oversight.send(inGroup(routed("T-" + i, "a", Route.STANDARD), "group-" + i));
    }

    assertThat(oversight.audit("a").getGroups())
        .hasSize(FairnessAudits.MOST_VALUES + 1)
        .anySatisfy(
            group -> {
              assertThat(group.getValue()).isEqualTo(Keys.OTHER);
              assertThat(group.getUrgent().getTrials()).isEqualTo(50);
            });
  }

  @Test
  void boundsTheDomainsOfADayAndTakesBackFromWhereItCounted() {
    for (int i = 0; i < Counts.MOST_STRATA + 10; i++) {
      oversight.send(inDomain(routed("T-" + i, "a", Route.STANDARD), "domain-" + i));
    }
    assertThat(oversight.accuracy("a", Keys.OTHER).getDecisions()).isEqualTo(10);
    for (int i = 0; i < Counts.MOST_STRATA + 10; i++) {
      oversight.erase("T-" + i);
    }

    assertThat(oversight.accuracy("a", Keys.OTHER).getDecisions()).isZero();
  }

  @Test
  void forgetsAfterTheRetention() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.report();
    stage.advance(Duration.ofDays(90));
    oversight.send(
        at(routed("T-2", "a", Route.URGENT), StageDriver.START.plus(Duration.ofDays(90))));
    oversight.report();
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.entries(Reviews.STORE)).isEqualTo(1);
    assertThat(stage.entries(Counts.DAYS)).isEqualTo(2);
    assertThat(stage.entries(Counts.GROUPS)).isEqualTo(2);
    assertThat(stage.entries(PendingCounts.STORE)).isZero();
  }

  @Test
  void aRecordFromNextYearEndsNoRetention() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    stage.send(
        Topics.DECISION_LOG,
        new TestRecord<>(
            "T-2", routed("T-2", "a", Route.URGENT), StageDriver.START.plus(Duration.ofDays(365))));
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.entries(Reviews.STORE)).isEqualTo(2);
    assertThat(Metric.SKEWED.counter(stage.registry(), "oversight", "ahead").count()).isEqualTo(1);
  }

  @Test
  void aDecisionOfAClockThatIsAheadCountsAsOfNow() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.send(decidedAt("T-2", StageDriver.START.plus(Duration.ofDays(365))));
    oversight.send(decidedAt("T-3", Instant.ofEpochMilli(Long.MAX_VALUE)));

    assertThat(oversight.accuracy("a", "*").getDecisions()).isEqualTo(3);
    assertThat(Metric.SKEWED.counter(stage.registry(), "oversight", "ahead").count()).isEqualTo(2);
  }

  private static DecisionRecord decidedAt(String ticketId, Instant time) {
    DecisionRecord decided = routed(ticketId, "a", Route.URGENT);
    decided.setDecidedAt(time);
    return decided;
  }

  @Test
  void refusesWhatItCannotUse() {
    stage.send(Topics.EXPERT_LABELS, "T-1", null);
    refused(PoisonReason.INVALID_FIELD);
    stage.send(Topics.EXPERT_LABELS, "T-2", label("T-1", Route.URGENT, 1));
    refused(PoisonReason.INVALID_FIELD);
    oversight.send(label("", Route.URGENT, 1));
    refused(PoisonReason.MISSING_ID);
    stage.send(Topics.DECISION_LOG, "T-1", null);
    refused(PoisonReason.INVALID_FIELD);
    stage.send(Topics.DECISION_LOG, null, routed("T-1", "a", Route.URGENT));
    refused(PoisonReason.INVALID_FIELD);
    stage.sendBytes(Topics.EXPERT_LABELS, "T-1", new byte[] {9});
    refused(PoisonReason.UNDECODABLE);
    stage.sendBytes(Topics.DECISION_LOG, "T-1", new byte[0]);
    refused(PoisonReason.UNDECODABLE);
    oversight.erase("");
    refused(PoisonReason.MISSING_ID);
    for (String month : List.of("March", "2026-13", "+999999999-12", "+300000000-01", "-0001-01")) {
      ask("1", "a", month);
      refused(PoisonReason.INVALID_FIELD);
    }
    oversight.send(decidedAt("T-1", Instant.EPOCH.minusMillis(1)));
    refused(PoisonReason.INVALID_FIELD);
    ask("", "a", null);
    refused(PoisonReason.MISSING_ID);
  }

  private void refused(PoisonReason reason) {
    assertThat(stage.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getStage()).isEqualTo("oversight");
              assertThat(letter.getReason()).isEqualTo(reason.name());
            });
  }

  private void ask(String requestId, String tenantId, @Nullable String month) {
    stage.send(
        Topics.AUDIT_REQUESTS,
        tenantId,
        new AuditRequest(requestId, tenantId, month, StageDriver.START));
  }
}
