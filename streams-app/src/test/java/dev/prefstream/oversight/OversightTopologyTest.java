package dev.prefstream.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OversightTopologyTest {

  private StageDriver oversight;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    oversight =
        new StageDriver(
            OversightTopology.STAGE,
            (configuration, topics, registry) ->
                OversightTopology.build(OversightOptions.of(configuration), topics, registry),
            stateDir,
            Map.of(
                "oversight.review-rate", "0.5",
                "oversight.fairness-min-count", "2",
                "oversight.state-retention", "40d"));
  }

  @AfterEach
  void countsAddUp() {
    assertThat(oversight.received())
        .isEqualTo(oversight.processed() + oversight.duplicates() + oversight.deadLettered());
    oversight.close();
  }

  @Test
  void asksExpertsAboutTheConfiguredShareOfTickets() {
    for (int i = 0; i < 200; i++) {
      send(routed("T-" + i, "a", Route.STANDARD));
    }

    List<ReviewRequest> requests = oversight.read(Topics.REVIEW_REQUESTS);
    assertThat(requests).hasSizeBetween(75, 125);
    assertThat(requests)
        .allSatisfy(
            request -> {
              assertThat(request.getSampledBy()).isEqualTo("random-sample");
              assertThat(request.getSamplingRate()).isEqualTo(0.5);
            });
  }

  @Test
  void asksNobodyAboutAnswersAndEscalations() {
    for (int i = 0; i < 20; i++) {
      DecisionRecord escalated = routed("T-" + i, "a", Route.URGENT);
      escalated.setEvent(DecisionEvent.ESCALATED);
      send(escalated);
    }

    assertThat(oversight.read(Topics.REVIEW_REQUESTS)).isEmpty();
  }

  @Test
  void comparesADecisionWithItsLabelWhicheverComesFirst() {
    send(routed("T-1", "a", Route.URGENT));
    send(label("T-1", Route.URGENT, 1));
    send(label("T-2", Route.URGENT, 2));
    send(routed("T-2", "a", Route.STANDARD));

    List<AccuracyReport> reports = oversight.read(Topics.ACCURACY_REPORTS);
    assertThat(reports).hasSize(2);
    AccuracyReport last = reports.get(1);
    assertThat(last.getTrueUrgent()).isEqualTo(1);
    assertThat(last.getFalseStandard()).isEqualTo(1);
    assertThat(last.getAccuracy().getTrials()).isEqualTo(2);
    assertThat(last.getAccuracy().getValue()).isEqualTo(0.5);
    assertThat(last.getAccuracy().getLow()).isCloseTo(0.0945, within(0.0001));
    assertThat(last.getAccuracy().getHigh()).isCloseTo(0.9055, within(0.0001));
    assertThat(last.getAsOf()).isEqualTo(StageDriver.START.plusSeconds(2));
  }

  @Test
  void aRelabelReplacesTheLabelAndAnOlderOneDoesNot() {
    send(routed("T-1", "a", Route.URGENT));
    send(label("T-1", Route.URGENT, 1));
    send(label("T-1", Route.STANDARD, 3));
    send(label("T-1", Route.URGENT, 2));
    send(label("T-1", Route.STANDARD, 3));

    List<AccuracyReport> reports = oversight.read(Topics.ACCURACY_REPORTS);
    AccuracyReport last = reports.get(reports.size() - 1);
    assertThat(last.getTrueUrgent()).isZero();
    assertThat(last.getFalseUrgent()).isEqualTo(1);
    assertThat(last.getAccuracy().getTrials()).isEqualTo(1);
    assertThat(oversight.duplicates()).isEqualTo(1);
  }

  @Test
  void countsTenantsApart() {
    send(routed("T-1", "a", Route.URGENT));
    send(routed("T-2", "b", Route.URGENT));
    send(label("T-1", Route.URGENT, 1));
    send(label("T-2", Route.STANDARD, 1));

    assertThat(oversight.read(Topics.ACCURACY_REPORTS))
        .extracting(AccuracyReport::getTenantId, report -> report.getAccuracy().getTrials())
        .containsExactly(tuple("a", 1L), tuple("b", 1L));
  }

  @Test
  void countsADecisionOnce() {
    send(routed("T-1", "a", Route.URGENT));
    send(routed("T-1", "a", Route.URGENT));
    send(label("T-1", Route.URGENT, 1));

    assertThat(oversight.read(Topics.ACCURACY_REPORTS)).hasSize(1);
    assertThat(oversight.duplicates()).isEqualTo(1);
  }

  @Test
  void auditsTheMonthOfEachTenantWithNewDecisions() {
    send(routed("T-1", "a", Route.URGENT, "group-x"));
    send(routed("T-2", "a", Route.URGENT, "group-x"));
    send(routed("T-3", "a", Route.URGENT, "group-y"));
    send(routed("T-4", "a", Route.STANDARD, "group-y"));
    send(routed("T-5", "a", Route.STANDARD, "too-small"));
    oversight.advance(Duration.ofMinutes(1));
    oversight.advance(Duration.ofMinutes(1));

    List<FairnessAudit> audits = oversight.read(Topics.FAIRNESS_AUDITS);
    assertThat(audits).hasSize(1);
    FairnessAudit audit = audits.get(0);
    assertThat(audit.getTenantId()).isEqualTo("a");
    assertThat(audit.getPeriodStart()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(audit.getPeriodEnd()).isEqualTo(Instant.parse("2026-04-01T00:00:00Z"));
    assertThat(audit.getGroups()).hasSize(4);
    assertThat(audit.getParityDifference()).isEqualTo(0.5);
    assertThat(audit.getParityRatio()).isEqualTo(0.5);
    assertThat(audit.getFourFifths()).isFalse();
  }

  @Test
  void saysNothingOfParityWithFewerThanTwoGroupsLargeEnough() {
    send(routed("T-1", "a", Route.URGENT, "group-x"));
    oversight.advance(Duration.ofMinutes(1));

    FairnessAudit audit = oversight.read(Topics.FAIRNESS_AUDITS).get(0);
    assertThat(audit.getParityRatio()).isNull();
    assertThat(audit.getFourFifths()).isNull();
  }

  @Test
  void boundsTheGroupsOfADimension() {
    for (int i = 0; i < FairnessAuditor.MOST_VALUES + 50; i++) {
      send(routed("T-" + i, "a", Route.STANDARD, "group-" + i));
    }
    oversight.advance(Duration.ofMinutes(1));

    FairnessAudit audit = oversight.read(Topics.FAIRNESS_AUDITS).get(0);
    assertThat(audit.getGroups())
        .filteredOn(group -> group.getDimension().equals("audit_group"))
        .hasSize(FairnessAuditor.MOST_VALUES + 1)
        .anySatisfy(
            group -> {
              assertThat(group.getValue()).isEqualTo(FairnessAuditor.OTHER);
              assertThat(group.getUrgent().getTrials()).isEqualTo(50);
            });
  }

  @Test
  void forgetsAfterTheRetention() {
    send(label("T-1", Route.URGENT, 1));
    send(routed("T-2", "a", Route.URGENT));
    oversight.advance(Duration.ofDays(90));
    DecisionRecord late = routed("T-3", "a", Route.URGENT);
    late.setDecidedAt(StageDriver.START.plus(Duration.ofDays(90)));
    send(late);
    oversight.advance(Duration.ofSeconds(1));

    assertThat(oversight.entries("oversight-reviews")).isEqualTo(1);
    assertThat(oversight.entries("oversight-fairness")).isEqualTo(1);
  }

  @Test
  void refusesWhatItCannotUse() {
    oversight.send(Topics.EXPERT_LABELS, "T-1", null);
    refused(PoisonReason.INVALID_FIELD);
    oversight.send(Topics.EXPERT_LABELS, "T-2", label("T-1", Route.URGENT, 1));
    refused(PoisonReason.INVALID_FIELD);
    send(label("", Route.URGENT, 1));
    refused(PoisonReason.MISSING_ID);
    oversight.send(Topics.DECISION_LOG, "T-1", null);
    refused(PoisonReason.INVALID_FIELD);
    oversight.send(Topics.DECISION_LOG, null, routed("T-1", "a", Route.URGENT));
    refused(PoisonReason.INVALID_FIELD);
    oversight.sendBytes(Topics.EXPERT_LABELS, "T-1", new byte[] {9});
    refused(PoisonReason.UNDECODABLE);
    oversight.sendBytes(Topics.DECISION_LOG, "T-1", new byte[0]);
    refused(PoisonReason.UNDECODABLE);
  }

  private void refused(PoisonReason reason) {
    assertThat(oversight.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getStage()).isEqualTo("oversight");
              assertThat(letter.getReason()).isEqualTo(reason.name());
            });
  }

  private void send(DecisionRecord record) {
    oversight.send(Topics.DECISION_LOG, record.getTicketId(), record);
  }

  private void send(ExpertLabel label) {
    oversight.send(Topics.EXPERT_LABELS, label.getTicketId(), label);
  }

  private static ExpertLabel label(String ticketId, Route label, int second) {
    return ExpertLabel.newBuilder()
        .setTicketId(ticketId)
        .setLabel(label)
        .setLabelledAt(StageDriver.START.plusSeconds(second))
        .build();
  }

  private static DecisionRecord routed(String ticketId, String tenant, Route route) {
    return routed(ticketId, tenant, route, null);
  }

  private static DecisionRecord routed(
      String ticketId, String tenant, Route route, @Nullable String auditGroup) {
    return DecisionRecord.newBuilder()
        .setEvent(DecisionEvent.ROUTED)
        .setTicketId(ticketId)
        .setContext(
            TicketContext.newBuilder()
                .setTenantId(tenant)
                .setAuditGroup(auditGroup)
                .setCreatedAt(StageDriver.START)
                .build())
        .setScore(0.5)
        .setLogit(0)
        .setConfidence(0.5)
        .setStyle(new TextStyle(10, false, 0.5, 0.5, false))
        .setTruncated(false)
        .setModel(new ModelRef("model", "1.0.0", "0".repeat(64)))
        .setSettings(
            PreferenceSettings.newBuilder()
                .setTenantId(tenant)
                .setUpdatedAt(StageDriver.START)
                .build())
        .setSettingsVersion("default")
        .setPolicyVersion("1")
        .setRoute(route)
        .setThreshold(0.7)
        .setMargin(-0.2)
        .setReasons(List.of(Reason.SCORE_WITHIN_STRICTNESS))
        .setDecidedAt(StageDriver.START)
        .build();
  }
}
