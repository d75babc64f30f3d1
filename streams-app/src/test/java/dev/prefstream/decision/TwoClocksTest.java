package dev.prefstream.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
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
 * Every rule of the decision stage that speaks of time, with stream time (of the records) and the
 * wall clock moved apart: one stands while the other goes, or runs days behind it.
 */
class TwoClocksTest {

  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration WAIT = Duration.ofMinutes(15);
  private static final Duration RETENTION = Duration.ofHours(6);
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final Duration LITTLE = Duration.ofMillis(1);

  /** Where stream time stands in a backlog: the wall clock is three days ahead. */
  private static final Instant BACKLOG = StageDriver.START.minus(Duration.ofDays(3));

  private StageDriver decision;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    decision =
        StageDriver.decision(
            stateDir,
            Map.of(
                "decision.response-floor", "0.5",
                "decision.state-retention", "6h"));
  }

  @AfterEach
  void countsAddUp() {
    assertThat(decision.received())
        .isEqualTo(decision.processed() + decision.duplicates() + decision.deadLettered());
    decision.close();
  }

  @Test
  void inABacklogAChoiceIsMadeWhereItWouldHaveBeenMadeLive() {
    send(Scores.ticket("T-1", 0.1), BACKLOG);
    send(Scores.response("T-1", "R-1", 0.6), BACKLOG);
    send(Scores.response("T-1", "R-2", 0.7), BACKLOG.plus(SETTLE).minus(LITTLE));
    assertThat(answers()).isEmpty();

    // Its own record moves stream time past the end: too late, though the wall clock stood.
    send(Scores.response("T-1", "R-3", 0.9), BACKLOG.plus(SETTLE));

    assertThat(answers()).containsExactly("T-1 R-2");
  }

  @Test
  void inABacklogATicketIsEscalatedWhereItWouldHaveBeenLive() {
    send(Scores.ticket("T-1", 0.1), BACKLOG);
    send(Scores.ticket("other", 0.9), BACKLOG.plus(WAIT).minus(LITTLE));
    assertThat(urgent()).containsExactly("other#1");

    send(Scores.response("T-1", "R-1", 0.9), BACKLOG.plus(WAIT));

    assertThat(urgent()).containsExactly("T-1#2");
    decision.advance(WAIT);
    assertThat(answers()).isEmpty();
  }

  @Test
  void theWallClockEndsWaitingWhereNoRecordMovesStreamTime() {
    send(Scores.ticket("T-1", 0.1), BACKLOG);
    send(Scores.ticket("T-2", 0.1), BACKLOG);
    send(Scores.response("T-2", "R-1", 0.6), BACKLOG);

    decision.advance(SETTLE);
    assertThat(answers()).containsExactly("T-2 R-1");
    decision.advance(WAIT.minus(SETTLE).minus(LITTLE));
    assertThat(urgent()).isEmpty();
    decision.advance(LITTLE);
    assertThat(urgent()).containsExactly("T-1#2");
  }

  @Test
  void whicheverClockComesFirstEndsATicketAndTheOtherDoesNotEndItAgain() {
    send(Scores.ticket("by-stream", 0.1), BACKLOG);
    send(Scores.ticket("by-wall", 0.1), BACKLOG.plus(WAIT));
    assertThat(urgent()).containsExactly("by-stream#2");

    decision.advance(WAIT);
    assertThat(urgent()).containsExactly("by-wall#2");
    send(Scores.ticket("later", 0.9), BACKLOG.plus(WAIT).plus(WAIT));

    assertThat(urgent()).containsExactly("later#1");
    assertThat(decision.entries("decision-due")).isZero();
  }

  @Test
  void betterResponsesDoNotBeginTheSettlingAnew() {
    send(Scores.ticket("T-1", 0.1));
    for (int i = 1; i <= 4; i++) {
      send(Scores.response("T-1", "R-" + i, 0.5 + i / 100.0));
      decision.advance(Duration.ofMillis(499));
    }
    assertThat(answers()).isEmpty();
    decision.advance(Duration.ofMillis(4));

    assertThat(answers()).containsExactly("T-1 R-4");
  }

  @Test
  void settlingEndsNoLaterThanTheWaiting() {
    send(Scores.ticket("T-1", 0.1));
    decision.advance(WAIT.minus(Duration.ofMillis(500)));
    send(Scores.response("T-1", "R-1", 0.6));

    decision.advance(Duration.ofMillis(499));
    assertThat(answers()).isEmpty();
    decision.advance(LITTLE);
    assertThat(answers()).containsExactly("T-1 R-1");
    assertThat(urgent()).isEmpty();
  }

  @Test
  void aCandidateEditedBelowTheFloorEndsTheSettlingAndTheWaitingGoesOn() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.9, "before"));
    send(Scores.response("T-1", "R-1", 0.2, "after"));

    decision.advance(WAIT.minus(LITTLE));
    assertThat(answers()).isEmpty();
    assertThat(urgent()).isEmpty();
    decision.advance(LITTLE);
    assertThat(urgent()).containsExactly("T-1#2");
  }

  @Test
  void whatWasSentStaysThoughABetterOneComesLate() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.6));
    decision.advance(SETTLE);
    send(Scores.response("T-1", "R-2", 0.9));
    send(Scores.response("T-1", "R-1", 0.95, "edited after it was sent"));
    send(Scores.response("T-1", "R-3", 0.55));
    decision.advance(WAIT);

    assertThat(answers()).containsExactly("T-1 R-1");
    assertThat(urgent()).isEmpty();
    assertThat(Metric.LATE_CANDIDATES.counter(decision.registry(), "true").count()).isEqualTo(2);
    assertThat(Metric.LATE_CANDIDATES.counter(decision.registry(), "false").count()).isEqualTo(1);
  }

  @Test
  void aRecordThatComesLateByItsOwnTimeStillCompetes() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.6));
    send(Scores.response("T-1", "R-2", 0.9), StageDriver.START.minus(Duration.ofDays(2)));
    decision.advance(SETTLE);

    assertThat(answers()).containsExactly("T-1 R-2");
    assertThat(Metric.SKEWED.counter(decision.registry(), "decision", "behind").count())
        .isEqualTo(1);
  }

  @Test
  void aRecordFromTheFutureEndsNothingEarlierThanTheToleranceAllows() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.ticket("future", 0.9), StageDriver.START.plus(Duration.ofDays(365)));
    assertThat(urgent()).containsExactly("future#1");
    assertThat(Metric.SKEWED.counter(decision.registry(), "decision", "ahead").count())
        .isEqualTo(1);

    // Stream time stands at most the tolerance ahead of the wall clock.
    decision.advance(WAIT.minus(TOLERANCE).minus(LITTLE));
    send(Scores.ticket("before", 0.9));
    assertThat(urgent()).containsExactly("before#1");
    decision.advance(LITTLE);
    send(Scores.ticket("after", 0.9));
    assertThat(urgent()).containsExactly("T-1#2", "after#1");
  }

  @Test
  void theRetentionIsCountedInStreamTime() {
    send(Scores.ticket("T-1", 0.9), BACKLOG);
    decision.advance(RETENTION.multipliedBy(2));
    send(Scores.ticket("T-1", 0.9), BACKLOG);
    assertThat(decision.duplicates()).as("stream time stood").isEqualTo(1);

    send(Scores.ticket("T-1", 0.9), BACKLOG.plus(RETENTION));
    assertThat(decision.duplicates()).as("to the end of the retention").isEqualTo(2);
    urgent();
    send(Scores.ticket("T-1", 0.9), BACKLOG.plus(RETENTION).plus(LITTLE));
    assertThat(urgent()).as("past it, as the option's description says").containsExactly("T-1#1");
  }

  @Test
  void waitingGoesOnWhereItStoodOverARestart() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.ticket("T-2", 0.1));
    send(Scores.response("T-2", "R-1", 0.6));
    decision.restart();

    decision.advance(SETTLE.minus(LITTLE));
    assertThat(answers()).isEmpty();
    decision.advance(LITTLE);
    assertThat(answers()).containsExactly("T-2 R-1");
    decision.restart();
    decision.advance(WAIT.minus(SETTLE));

    assertThat(urgent()).containsExactly("T-1#2");
    assertThat(decision.entries("decision-due")).isZero();
  }

  @Test
  void anErasedTicketIsNeitherAnsweredNorEscalatedByEitherClock() {
    send(Scores.ticket("T-1", 0.1));
    send(Scores.response("T-1", "R-1", 0.6));
    send(Scores.ticket("T-2", 0.1));
    erase("T-1");
    erase("T-2");
    erase("T-1");
    send(Scores.response("T-2", "R-1", 0.9));
    send(Scores.ticket("T-3", 0.9), StageDriver.START.plus(TOLERANCE));
    decision.advance(WAIT);

    assertThat(answers()).isEmpty();
    assertThat(urgent()).containsExactly("T-3#1");
    assertThat(decision.entries("decision-responses")).isZero();
    assertThat(decision.entries("decision-due")).isZero();
    assertThat(decision.duplicates()).isEqualTo(1);
    assertThat(Metric.AFTER_ERASURE.counter(decision.registry(), "decision").count()).isEqualTo(1);
  }

  @Test
  void aScoreThatOvertookItsErasureMakesNoDecisionWhileTheErasureIsRemembered() {
    send(Scores.ticket("other", 0.9), BACKLOG);
    erase("T-1", BACKLOG);
    send(Scores.ticket("T-1", 0.9), BACKLOG.plus(RETENTION));

    assertThat(urgent()).containsExactly("other#1");
    send(Scores.ticket("T-1", 0.9), BACKLOG.plus(RETENTION).plus(LITTLE));
    assertThat(urgent()).as("forgotten with the rest").containsExactly("T-1#1");
  }

  private void send(Score score) {
    send(score, decision.now());
  }

  private void send(Score score, Instant time) {
    decision.send(Topics.SCORES, new TestRecord<>(score.getTicketId(), score, time));
  }

  private void erase(String ticketId) {
    erase(ticketId, decision.now());
  }

  private void erase(String ticketId, Instant time) {
    decision.send(Topics.ERASURES, new TestRecord<>(ticketId, new Erasure(ticketId, time), time));
  }

  private List<String> answers() {
    return decision.read(Topics.AUTO_RESPONSES).stream()
        .map((AutoResponse each) -> each.getTicketId() + " " + each.getResponseId())
        .toList();
  }

  /** Decisions for URGENT since the last look, at first and after all. */
  private List<String> urgent() {
    List<RoutingDecision> decisions =
        decision.read(Topics.DECISION_LOG).stream()
            .filter(each -> each.getRoute() == Route.URGENT)
            .map(each -> Routing.decision(each))
            .toList();
    assertThat(decision.read(Topics.ROUTING_URGENT))
        .as("what follows the routing is published here")
        .isEqualTo(decisions.stream().filter(each -> each.getRevision() == 2).toList());
    return decisions.stream().map(RoutingDecision::getDecisionId).toList();
  }
}
