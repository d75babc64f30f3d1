package dev.prefstream.decision;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.StyleRanges;
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

  @Test
  void routesToSpecialistsWhenTheScoreIsAboveStrictness() {
    send(Scores.ticket("T-1", Math.nextUp(0.7)));

    RoutingDecision urgent = only(decision.read(Topics.ROUTING_URGENT));
    assertThat(urgent.getDecisionId()).isEqualTo("T-1#1");
    assertThat(urgent.getRoute()).isEqualTo(Route.URGENT);
    assertThat(urgent.getMargin()).isPositive();
    assertThat(urgent.getReasons()).containsExactly(Reason.SCORE_ABOVE_STRICTNESS);
    assertThat(urgent.getSettingsVersion()).isEqualTo("default");
    assertThat(decision.read(Topics.ROUTING_STANDARD)).isEmpty();
    assertThat(only(log()).getEvent()).isEqualTo(DecisionEvent.ROUTED);
  }

  @Test
  void routesToAutoResponseWhenTheScoreEqualsStrictness() {
    send(Scores.ticket("T-1", 0.7));

    RoutingDecision standard = only(decision.read(Topics.ROUTING_STANDARD));
    assertThat(standard.getRoute()).isEqualTo(Route.STANDARD);
    assertThat(standard.getMargin()).isZero();
    assertThat(standard.getReasons()).containsExactly(Reason.SCORE_WITHIN_STRICTNESS);
    assertThat(decision.read(Topics.ROUTING_URGENT)).isEmpty();
  }

  @Test
  void decidesEachTicketOnce() {
    send(Scores.ticket("T-1", 0.9));
    send(Scores.ticket("T-1", 0.9));
    send(Scores.ticket("T-2", 0.1));
    send(Scores.ticket("T-2", 0.8));

    assertThat(decision.read(Topics.ROUTING_URGENT)).hasSize(1);
    assertThat(decision.read(Topics.ROUTING_STANDARD)).hasSize(1);
    assertThat(log()).hasSize(2);
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

    TestRecord<String, RoutingDecision> routing =
        only(decision.readRecords(Topics.ROUTING_STANDARD));
    assertThat(routing.getRecordTime()).isEqualTo(time);
    assertThat(routing.getHeaders().lastHeader("traceparent").value())
        .asString()
        .isEqualTo("trace");
    assertThat(only(decision.readRecords(Topics.AUTO_RESPONSES)).getHeaders())
        .contains(headers.lastHeader("traceparent"));
  }

  @Test
  void metadataTravelsWithTheDecisionsAndNotIntoTheLog() {
    Score score = Scores.ticket("T-1", 0.1);
    score.getContext().setMetadata(Map.of("customer", "c-7"));
    send(score);
    decision.advance(WAIT);

    assertThat(only(decision.read(Topics.ROUTING_STANDARD)).getContext().getMetadata())
        .containsExactly(Map.entry("customer", "c-7"));
    assertThat(only(decision.read(Topics.ROUTING_URGENT)).getContext().getMetadata())
        .containsExactly(Map.entry("customer", "c-7"));
    assertThat(log())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.getContext().getMetadata()).isEmpty())
        .allSatisfy(each -> assertThat(each.getContext().getTenantId()).isEqualTo("default"));
  }

  @Test
  void judgesByTheTenantsOwnSettings() {
    send(Scores.settings("strict", 0.3, null));
    send(Scores.ticket("T-1", "strict", 0.4));
    send(Scores.ticket("T-2", "other", 0.4));

    RoutingDecision urgent = only(decision.read(Topics.ROUTING_URGENT));
    assertThat(urgent.getTicketId()).isEqualTo("T-1");
    assertThat(urgent.getThreshold()).isEqualTo(0.3);
    assertThat(urgent.getSettingsVersion()).isEqualTo("0-0");
    assertThat(only(decision.read(Topics.ROUTING_STANDARD)).getThreshold()).isEqualTo(0.7);
  }

  @Test
  void judgesTenantsWithoutSettingsByThoseOfDefault() {
    send(Scores.settings("default", 0.2, null));
    send(Scores.ticket("T-1", "any", 0.3));

    assertThat(only(decision.read(Topics.ROUTING_URGENT)).getThreshold()).isEqualTo(0.2);
  }

  @Test
  void changesSettingsLive() {
    send(Scores.settings("a", 0.9, null));
    send(Scores.ticket("T-1", "a", 0.8));
    send(Scores.settings("a", 0.5, null));
    send(Scores.ticket("T-2", "a", 0.8));

    assertThat(only(decision.read(Topics.ROUTING_STANDARD)).getTicketId()).isEqualTo("T-1");
    RoutingDecision urgent = only(decision.read(Topics.ROUTING_URGENT));
    assertThat(urgent.getTicketId()).isEqualTo("T-2");
    assertThat(urgent.getSettingsVersion()).isEqualTo("0-1");
  }

  @Test
  void takesSettingsBackOnARecordWithoutValue() {
    send(Scores.settings("a", 0.1, null));
    decision.send(Topics.PREFERENCE_SETTINGS, "a", null);
    send(Scores.ticket("T-1", "a", 0.5));

    assertThat(only(decision.read(Topics.ROUTING_STANDARD)).getThreshold()).isEqualTo(0.7);
  }

  @Test
  void refusesInvalidSettingsAndKeepsThePreviousOnes() {
    send(Scores.settings("a", 0.4, null));
    List<PreferenceSettings> invalid =
        List.of(
            Scores.settings("a", 1.01, null),
            Scores.settings("a", -0.01, null),
            Scores.settings("a", Double.NaN, null),
            Scores.settings("a", 0.5, new StyleRanges(500, 100, null)),
            Scores.settings("a", 0.5, new StyleRanges(-1, 100, null)),
            Scores.settings("a", 0.5, new StyleRanges(0, 100, 1.5)),
            Scores.settings("a", 0.5, new StyleRanges(0, 100, Double.NaN)));
    invalid.forEach(this::send);
    send(Scores.ticket("T-1", "a", 0.45));

    assertThat(decision.deadLetters())
        .hasSize(invalid.size())
        .allSatisfy(
            letter -> {
              assertThat(letter.getReason()).isEqualTo(PoisonReason.INVALID_FIELD.name());
              assertThat(letter.getMessage()).contains("expected", "stay in force");
            });
    assertThat(only(decision.read(Topics.ROUTING_URGENT)).getThreshold()).isEqualTo(0.4);
  }

  @Test
  void refusesSettingsUnderAnotherKey() {
    decision.send(Topics.PREFERENCE_SETTINGS, "b", Scores.settings("a", 0.5, null));
    refused(PoisonReason.INVALID_FIELD);
    decision.send(Topics.PREFERENCE_SETTINGS, " ", Scores.settings(" ", 0.5, null));
    refused(PoisonReason.MISSING_ID);
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
    send(bold);
    send(Scores.ticket("T-1", 0.1));
    send(invented(Scores.response("T-1", "R-1", 0.9), new Fabrication(0.41, 3, 1, List.of())));
    decision.advance(SETTLE);

    assertThat(only(decision.read(Topics.AUTO_RESPONSES)).getResponseId()).isEqualTo("R-1");
    assertThat(count(Metric.RESPONSES_HELD_BACK)).isZero();
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
    assertThat(decision.read(Topics.ROUTING_URGENT))
        .extracting(RoutingDecision::getDecisionId)
        .containsExactly("T-1#1", "T-2#2", "T-3#1");
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
    decision.sendBytes(Topics.PREFERENCE_SETTINGS, "a", new byte[] {7});
    refused(PoisonReason.UNDECODABLE);

    send(Scores.ticket("T-1", 0.5));
    assertThat(decision.read(Topics.ROUTING_STANDARD)).hasSize(1);
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

  private void send(PreferenceSettings settings) {
    decision.send(Topics.PREFERENCE_SETTINGS, settings.getTenantId(), settings);
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
