package dev.prefstream.decision;

import static dev.prefstream.schemas.avro.Route.STANDARD;
import static dev.prefstream.schemas.avro.Route.URGENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Fabrication;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.ResponseSource;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionTopologyTest {

  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration WAIT = Duration.ofMinutes(15);

  private Path stateDir;
  private StageDriver decision;
  private static final Map<String, String> FLOOR = Map.of("decision.response-floor", "0.5");

  private final List<DecisionRecord> log = new ArrayList<>();

  @BeforeEach
  void start(@TempDir Path stateDir) {
    this.stateDir = stateDir;
    start(FLOOR);
  }

  @AfterEach
  void countsAddUpAndTheLogReplays() {
    assertThat(decision.received())
        .isEqualTo(decision.processed() + decision.duplicates() + decision.deadLettered());
    log();
    assertThat(log).allSatisfy(each -> assertThat(Replay.difference(each)).isEmpty());
    decision.close();
  }

  /** With the score it was published already; see {@code Routing}. */
  @Test
  void logsWhereATicketWentAndPublishesItNoSecondTime() {
    Score urgent = Scores.ticket("T-1", Math.nextUp(0.7));
    Score standard = Scores.ticket("T-2", 0.7);
    send(urgent);
    send(standard);

    assertThat(log()).containsExactly(Routing.decide(urgent), Routing.decide(standard));
    assertThat(log).extracting(DecisionRecord::getRoute).containsExactly(URGENT, STANDARD);
    assertThat(decision.read(Topics.ROUTING_URGENT)).isEmpty();
    assertThat(Metric.DECISIONS.counter(decision.registry(), "urgent").count()).isEqualTo(1);
    assertThat(Metric.DECISIONS.counter(decision.registry(), "standard").count()).isEqualTo(1);
  }

  @Test
  void decidesEachTicketOnce() {
    send(Scores.ticket("T-1", 0.9));
    send(Scores.ticket("T-1", 0.9));
    send(Scores.ticket("T-2", 0.1));
    send(Scores.ticket("T-2", 0.8));

    assertThat(log()).extracting(DecisionRecord::getRoute).containsExactly(URGENT, STANDARD);
    assertThat(decision.duplicates()).isEqualTo(2);
  }

  @Test
  void keepsRecordTimeAndTraceContext() {
    Instant time = Instant.parse("2026-02-28T10:00:00Z");
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "trace".getBytes(StandardCharsets.UTF_8));

    decision.send(Topics.SCORES, new TestRecord<>("T-1", Scores.ticket("T-1", 0.1), headers, time));
    decision.send(Topics.SCORES, new TestRecord<>("T-1", Scores.response("T-1", "R-1", 0.9), time));
    decision.advance(SETTLE);

    TestRecord<String, DecisionRecord> routed = decision.readRecords(Topics.DECISION_LOG).get(0);
    assertThat(routed.getRecordTime()).isEqualTo(time);
    assertThat(routed.getHeaders()).contains(headers.lastHeader("traceparent"));
    assertThat(only(decision.readRecords(Topics.AUTO_RESPONSES)).getHeaders())
        .contains(headers.lastHeader("traceparent"));
  }

  @Test
  void metadataTravelsWithAnEscalationAndNotIntoTheLog() {
    Score score = Scores.ticket("T-1", 0.1);
    score.getContext().setMetadata(Map.of("customer", "c-7"));
    send(score);
    decision.advance(WAIT);

    assertThat(only(decision.read(Topics.ROUTING_URGENT)).getContext().getMetadata())
        .containsExactly(Map.entry("customer", "c-7"));
    assertThat(log())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.getContext().getMetadata()).isEmpty())
        .allSatisfy(each -> assertThat(each.getContext().getTenantId()).isEqualTo("default"));
  }

  @Test
  void answersAStandardTicketWithTheBestResponseOnceTheyHaveSettled() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.6));
    decision.advance(SETTLE.minusMillis(1));
    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    send(Scores.response("T-1", "R-2", 0.9));
    decision.advance(Duration.ofMillis(100));
    send(Scores.response("T-1", "R-3", 0.95));
    decision.advance(WAIT);

    AutoResponse answer = only(decision.read(Topics.AUTO_RESPONSES));
    assertThat(answer.getResponseId()).isEqualTo("R-2");
    assertThat(answer.getText()).isEqualTo("text of R-2");
    assertThat(answer.getCandidates()).isEqualTo(2);
    assertThat(answer.getAdjustedScore()).isEqualTo(0.9);
    assertThat(events()).containsExactly(DecisionEvent.ROUTED, DecisionEvent.AUTO_RESPONDED);
    assertThat(decision.read(Topics.ROUTING_URGENT)).isEmpty();
    assertThat(count(Metric.AUTO_RESPONSES)).isEqualTo(1);
    assertThat(decision.entries("decision-responses")).isZero();
    assertThat(decision.entries("decision-due")).isZero();
  }

  @Test
  void answersWhenResponsesWereScoredBeforeTheTicket() {
    send(Scores.response("T-1", "R-1", 0.8));
    decision.advance(WAIT);
    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    send(Scores.ticket("T-1", 0.1));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getResponseId()).isEqualTo("R-1");
  }

  @Test
  void neverAnswersAnUrgentTicket() {
    send(Scores.response("T-1", "R-1", 0.9));
    send(Scores.ticket("T-1", 0.9));
    send(Scores.response("T-1", "R-2", 0.9));
    decision.advance(WAIT);

    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    assertThat(decision.entries("decision-responses")).isZero();
    assertThat(events()).containsExactly(DecisionEvent.ROUTED);
  }

  @Test
  void anEditedResponseReplacesItsEarlierScore() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.9, "before"));
    send(Scores.response("T-1", "R-1", 0.2, "after"));
    decision.advance(SETTLE);
    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    send(Scores.response("T-1", "R-1", 0.8, "after all"));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getText()).isEqualTo("after all");
  }

  @Test
  void anOlderTextScoredAfterANewerOneChangesNothing() {
    send(Scores.ticket("T-1", 0.1));
    send(published(1, Scores.response("T-1", "R-1", 0.2, "after")));
    send(published(0, Scores.response("T-1", "R-1", 0.9, "before")));
    decision.advance(SETTLE);
    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    assertThat(decision.duplicates()).isEqualTo(1);
    send(published(2, Scores.response("T-1", "R-1", 0.8, "after all")));
    send(published(1, Scores.response("T-1", "R-1", 0.2, "after")));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getText()).isEqualTo("after all");
  }

  /** As when an edit changes nothing but what its tenant masks, or takes an earlier edit back. */
  @Test
  void theSameTextPublishedAgainIsTheOneThatIsSent() {
    send(Scores.ticket("T-1", 0.1));
    send(published(3, Scores.response("T-1", "R-1", 0.8)));
    send(published(5, Scores.response("T-1", "R-1", 0.8)));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getSource())
        .isEqualTo(new ResponseSource(2, 5L, 1));
    assertThat(only(log().get(1).getCandidates()).getSource())
        .isEqualTo(new ResponseSource(2, 5L, 1));
  }

  private static Score published(long offset, Score response) {
    response.setResponseSource(new ResponseSource(2, offset, 1));
    return response;
  }

  @Test
  void dropsTheSameResponseScoreTwice() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.2));
    send(Scores.response("T-1", "R-1", 0.2));

    assertThat(decision.duplicates()).isEqualTo(1);
  }

  @Test
  void keepsTheStrongestCandidatesWhenThereAreTooMany() {
    restart(Map.of("decision.max-candidates", "2"));
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.9));
    send(Scores.response("T-1", "R-2", 0.3));
    send(Scores.response("T-1", "R-3", 0.6));
    assertThat(decision.entries("decision-responses")).isEqualTo(2);
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getResponseId()).isEqualTo("R-1");
    assertThat(log().get(1).getCandidates())
        .extracting(candidate -> candidate.getResponseId())
        .containsExactly("R-1", "R-3");
  }

  @Test
  void escalatesWhenNoResponseReachesTheFloorInTime() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.49));
    decision.advance(WAIT.minusMillis(1));
    assertThat(decision.read(Topics.ROUTING_URGENT)).isEmpty();
    decision.advance(Duration.ofMillis(100));
    send(Scores.response("T-1", "R-2", 0.9));
    decision.advance(WAIT);

    RoutingDecision escalated = only(decision.read(Topics.ROUTING_URGENT));
    assertThat(escalated.getDecisionId()).isEqualTo("T-1#2");
    assertThat(escalated.getRevision()).isEqualTo(2);
    assertThat(escalated.getReasons()).containsExactly(Reason.NO_RESPONSE_REACHED_FLOOR);
    assertThat(events()).containsExactly(DecisionEvent.ROUTED, DecisionEvent.ESCALATED);
    assertThat(log.get(1).getCandidates()).hasSize(1);
    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    assertThat(count(Metric.ESCALATIONS)).isEqualTo(1);
  }

  @Test
  void holdsBackAResponseThatMayHaveMadeThingsUpAndSaysSo() {
    Fabrication risky = new Fabrication(0.41, 3, 1, List.of());
    send(Scores.ticket("T-1", 0.1));
    send(invented(Scores.response("T-1", "R-1", 0.9), risky));
    decision.advance(WAIT);

    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    RoutingDecision escalated = only(decision.read(Topics.ROUTING_URGENT));
    assertThat(escalated.getReasons())
        .containsExactly(Reason.NO_RESPONSE_REACHED_FLOOR, Reason.RESPONSE_HELD_BACK);
    DecisionRecord logged = log().get(1);
    assertThat(logged.getMaxFabricationRisk()).isEqualTo(0.4);
    assertThat(only(logged.getCandidates()).getFabrication()).isEqualTo(risky);
    assertThat(count(Metric.RESPONSES_HELD_BACK)).isEqualTo(1);
  }

  @Test
  void answersWithASaferResponseThoughItIsWeaker() {
    send(Scores.ticket("T-1", 0.1));
    send(invented(Scores.response("T-1", "R-1", 0.9), new Fabrication(0.41, 3, 1, List.of())));
    send(invented(Scores.response("T-1", "R-2", 0.6), new Fabrication(0.4, 3, 1, List.of())));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getResponseId()).isEqualTo("R-2");
    assertThat(log().get(1).getReasons()).doesNotContain(Reason.RESPONSE_HELD_BACK);
  }

  @Test
  void theTenantSaysHowMuchRiskMayBeSent() {
    PreferenceSettings bold = Scores.settings("default", 0.7, null);
    bold.setMaxFabricationRisk(0.5);
    send(Scores.judgedBy(bold, Scores.ticket("T-1", 0.1)));
    send(invented(Scores.response("T-1", "R-1", 0.9), new Fabrication(0.41, 3, 1, List.of())));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getResponseId()).isEqualTo("R-1");
    assertThat(count(Metric.RESPONSES_HELD_BACK)).isZero();
  }

  /** A response that comes after its tenant has changed its mind does not change the rules. */
  @Test
  void aTicketThatWaitsIsEndedByTheSettingsItWasRoutedBy() {
    PreferenceSettings strict = Scores.settings("default", 0.7, null);
    strict.setResponseFloor(0.8);
    send(Scores.judgedBy(strict, Scores.ticket("T-1", 0.1)));
    PreferenceSettings lax = Scores.settings("default", 0.05, null);
    lax.setResponseFloor(0.1);
    send(Scores.judgedBy(lax, Scores.response("T-1", "R-1", 0.75)));
    decision.advance(WAIT);

    assertThat(decision.read(Topics.AUTO_RESPONSES)).isEmpty();
    assertThat(log()).hasSize(2);
    assertThat(log.get(1).getFloor()).isEqualTo(0.8);
    assertThat(log.get(1).getSettings()).isEqualTo(strict);
  }

  /** Its ticket's settings come with it, so that what its tenant allows is known before. */
  @Test
  void aResponseScoredBeforeItsTicketIsJudgedByTheSettingsItCarries() {
    PreferenceSettings bold = Scores.settings("default", 0.7, null);
    bold.setMaxFabricationRisk(0.5);
    Fabrication risky = new Fabrication(0.41, 3, 1, List.of());
    send(Scores.judgedBy(bold, invented(Scores.response("T-1", "R-1", 0.9), risky)));
    assertThat(count(Metric.RESPONSES_HELD_BACK)).isZero();
    send(invented(Scores.response("T-2", "R-1", 0.9), risky));
    assertThat(count(Metric.RESPONSES_HELD_BACK)).isEqualTo(1);

    send(Scores.judgedBy(bold, Scores.ticket("T-1", 0.1)));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getTicketId()).isEqualTo("T-1");
  }

  private static Score invented(Score response, Fabrication fabrication) {
    response.setFabrication(fabrication);
    return response;
  }

  @Test
  void escalatesOnlyTicketsWithAnOfferWhenToldSo() {
    restart(Map.of("decision.escalate", "offered"));
    send(Scores.ticket("T-1", 0.1));
    send(Scores.ticket("T-2", 0.1));
    send(Scores.response("T-2", "R-1", 0.1));
    decision.advance(WAIT);

    assertThat(only(decision.read(Topics.ROUTING_URGENT)).getTicketId()).isEqualTo("T-2");
  }

  @Test
  void escalatesNothingWhenToldSo() {
    restart(Map.of("decision.escalate", "never"));
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.1));
    decision.advance(WAIT);

    assertThat(decision.read(Topics.ROUTING_URGENT)).isEmpty();
    assertThat(decision.entries("decision-responses")).isZero();
  }

  @Test
  void forgetsDecidedTicketsAfterTheRetentionOnceOpenOnesHaveEnded() {
    restart(Map.of("decision.state-retention", "1h", "streams.clock-tolerance", "1d"));
    send(Scores.ticket("T-1", 0.9));
    send(Scores.ticket("T-2", 0.1));
    decision.send(
        Topics.SCORES,
        new TestRecord<>(
            "T-3", Scores.ticket("T-3", 0.9), StageDriver.START.plus(Duration.ofHours(2))));
    decision.advance(Duration.ofSeconds(1));

    assertThat(decision.entries("decision-tickets")).isEqualTo(2);
    decision.advance(WAIT);
    assertThat(only(decision.read(Topics.ROUTING_URGENT)).getDecisionId()).isEqualTo("T-2#2");
    assertThat(log()).hasSize(4);
  }

  @Test
  void refusesWhatIsNoScore() {
    decision.send(Topics.SCORES, "T-1", null);
    refused(PoisonReason.INVALID_FIELD);
    decision.send(Topics.SCORES, "T-2", Scores.ticket("T-1", 0.5));
    refused(PoisonReason.INVALID_FIELD);
    send(Scores.ticket("T-1", Double.NaN));
    refused(PoisonReason.NOT_A_NUMBER);
    send(Scores.ticket("T-1", 1.5));
    refused(PoisonReason.INVALID_FIELD);
    send(Scores.ticket(" ", 0.5));
    refused(PoisonReason.MISSING_ID);
    Score textless = Scores.response("T-1", "R-1", 0.5);
    textless.setResponseText(null);
    send(textless);
    refused(PoisonReason.INVALID_FIELD);
    decision.sendBytes(Topics.SCORES, "T-1", new byte[] {0, 1, 2, 3});
    refused(PoisonReason.UNDECODABLE);

    send(Scores.ticket("T-1", 0.5));
    assertThat(log()).hasSize(1);
  }

  private void restart(Map<String, String> settings) {
    decision.close();
    start(settings);
  }

  private void start(Map<String, String> settings) {
    decision = StageDriver.decision(stateDir, settings);
  }

  private void refused(PoisonReason reason) {
    DeadLetter letter = only(decision.deadLetters());
    assertThat(letter.getStage()).isEqualTo("decision");
    assertThat(letter.getReason()).isEqualTo(reason.name());
    assertThat(letter.getMessage()).isNotBlank();
  }

  private void send(Score score) {
    decision.send(Topics.SCORES, score.getTicketId(), score);
  }

  /** Everything logged so far. */
  private List<DecisionRecord> log() {
    log.addAll(decision.read(Topics.DECISION_LOG));
    return log;
  }

  private List<DecisionEvent> events() {
    return log().stream().map(DecisionRecord::getEvent).toList();
  }

  private double count(Metric metric) {
    return metric.counter(decision.registry()).count();
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }
}
