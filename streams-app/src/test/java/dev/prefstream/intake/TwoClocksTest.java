package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
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

/** Joining, editing, forgetting and erasing with stream time and the wall clock moved apart. */
class TwoClocksTest {

  private static final Duration RETENTION = Duration.ofHours(1);
  private static final Duration LITTLE = Duration.ofMillis(1);
  private static final Instant BACKLOG = StageDriver.START.minus(Duration.ofDays(3));

  private StageDriver intake;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    intake =
        StageDriver.intake(
            stateDir,
            Map.of("intake.join-retention", "1h", "intake.max-responses-per-ticket", "2"));
  }

  @AfterEach
  void countsAddUp() {
    assertThat(intake.received())
        .isEqualTo(intake.processed() + intake.duplicates() + intake.deadLettered());
    intake.close();
  }

  @Test
  void aResponseLongAfterItsTicketIsJoinedAsLongAsStreamTimeHasNotPassedTheRetention() {
    ticket("T-1", BACKLOG);
    intake.advance(Duration.ofDays(30));
    response("T-1", "R-1", "by the wall clock a month later", BACKLOG.plus(RETENTION));

    assertThat(requests()).hasSize(2);
  }

  @Test
  void aResponseThatComesAfterTheRetentionWaitsAndIsCountedWhenItIsForgotten() {
    ticket("T-1", BACKLOG);
    Instant late = BACKLOG.plus(RETENTION).plus(LITTLE);
    response("T-1", "R-1", "too late", late);
    assertThat(requests()).containsExactly("T-1");
    assertThat(intake.entries("intake-pending")).isEqualTo(1);

    ticket("T-2", late.plus(RETENTION).plus(LITTLE));
    intake.advance(Duration.ofSeconds(1));

    assertThat(intake.entries("intake-pending")).isZero();
    assertThat(intake.entries("intake-joins")).isEqualTo(1);
    assertThat(Metric.UNMATCHED_RESPONSES.counter(intake.registry()).count()).isEqualTo(1);
  }

  @Test
  void theWallClockAloneForgetsNothing() {
    ticket("T-1", BACKLOG);
    response("T-9", "R-1", "its ticket may be in the backlog still", BACKLOG);
    intake.advance(Duration.ofDays(30));
    intake.advance(Duration.ofSeconds(1));

    ticket("T-9", BACKLOG);

    assertThat(requests()).hasSize(3);
    assertThat(Metric.UNMATCHED_RESPONSES.counter(intake.registry()).count()).isZero();
  }

  @Test
  void whatComesOutDoesNotDependOnWhetherASweepPassed() {
    response("T-1", "R-1", "one", BACKLOG);
    response("T-2", "R-1", "one", BACKLOG);
    ticket("other", BACKLOG.plus(RETENTION).plus(LITTLE));
    ticket("T-1", BACKLOG.plus(RETENTION).plus(LITTLE));
    intake.advance(Duration.ofSeconds(1));
    ticket("T-2", BACKLOG.plus(RETENTION).plus(LITTLE));

    assertThat(requests()).containsExactly("other", "T-1", "T-2");
    assertThat(Metric.UNMATCHED_RESPONSES.counter(intake.registry()).count()).isEqualTo(2);
  }

  @Test
  void eachChangeBeginsTheRetentionAnew() {
    ticket("T-1", BACKLOG);
    response("T-1", "R-1", "one", BACKLOG.plus(RETENTION));
    response("T-1", "R-1", "one, edited", BACKLOG.plus(RETENTION.multipliedBy(2)));
    response("T-1", "R-2", "two", BACKLOG.plus(RETENTION.multipliedBy(3)));

    assertThat(requests()).hasSize(4);
  }

  @Test
  void theSameAgainOrRefusedBeginsNoRetentionAnew() {
    ticket("T-1", BACKLOG);
    ticket("T-1", BACKLOG.plus(RETENTION));
    response("T-1", "R-1", " ", BACKLOG.plus(RETENTION));
    response("T-1", "R-1", "one", BACKLOG.plus(RETENTION).plus(LITTLE));

    assertThat(requests()).containsExactly("T-1");
    assertThat(intake.duplicates()).isEqualTo(1);
  }

  @Test
  void aTicketThatComesAgainAfterTheRetentionIsANewOne() {
    ticket("T-1", BACKLOG);
    ticket("T-1", BACKLOG.plus(RETENTION).plus(LITTLE));

    assertThat(requests()).containsExactly("T-1", "T-1");
  }

  @Test
  void recordsDaysBehindAreJoinedAndCounted() {
    ticket("T-1", StageDriver.START);
    response("T-1", "R-1", "from a slow publisher", BACKLOG);
    ticket("T-2", BACKLOG);

    assertThat(requests()).hasSize(3);
    assertThat(skewed("behind")).isEqualTo(2);
  }

  @Test
  void aRecordFromTheFutureIsTakenAtThePresentAndForgetsNothing() {
    ticket("T-1", StageDriver.START);
    Instant future = StageDriver.START.plus(Duration.ofDays(365));
    ticket("T-2", future);
    List<TestRecord<String, ScoringRequest>> written = intake.readRecords(Topics.SCORING_REQUESTS);
    response("T-1", "R-1", "still joined", StageDriver.START);

    assertThat(written.get(1).getRecordTime()).isEqualTo(StageDriver.START);
    assertThat(written.get(1).value().getContext().getCreatedAt()).isEqualTo(StageDriver.START);
    assertThat(requests()).hasSize(1);
    assertThat(skewed("ahead")).isEqualTo(1);

    // It moves stream time, but no further than the tolerance ahead of the wall clock, as before.
    intake.advance(RETENTION.plus(LITTLE));
    response("T-1", "R-2", "past the retention", StageDriver.START);
    assertThat(requests()).isEmpty();
  }

  @Test
  void theBoundOnResponsesHoldsWhicheverComesFirstAndAnEditIsNoOneMore() {
    response("T-1", "R-1", "one", BACKLOG);
    response("T-1", "R-2", "two", BACKLOG);
    response("T-1", "R-3", "one too many", BACKLOG);
    response("T-1", "R-2", "two, edited", BACKLOG);
    ticket("T-1", BACKLOG);
    response("T-1", "R-4", "one too many", BACKLOG);
    response("T-1", "R-1", "one, edited", BACKLOG);

    assertThat(requests()).hasSize(4);
    assertThat(intake.deadLetters()).hasSize(2);
  }

  @Test
  void anErasureForgetsTheTicketAndWhatComesForItUntilItIsForgottenItself() {
    ticket("T-1", BACKLOG);
    response("T-1", "R-1", "one", BACKLOG);
    response("T-2", "R-1", "pending", BACKLOG);
    requests();
    erase("T-1", BACKLOG);
    erase("T-2", BACKLOG);
    erase("T-never-seen", BACKLOG);
    assertThat(intake.entries("intake-tickets")).isZero();
    assertThat(intake.entries("intake-pending")).isZero();

    intake.advance(Duration.ofDays(2));
    ticket("T-1", BACKLOG.plus(RETENTION));
    response("T-1", "R-2", "two", BACKLOG.plus(RETENTION));
    ticket("T-2", BACKLOG.plus(RETENTION));
    ticket("T-never-seen", BACKLOG.plus(RETENTION));
    assertThat(requests()).isEmpty();
    assertThat(Metric.AFTER_ERASURE.counter(intake.registry(), "intake").count()).isEqualTo(4);
    assertThat(intake.read(Topics.ERASURES))
        .extracting(Erasure::getTicketId)
        .containsExactly("T-1", "T-2", "T-never-seen");

    ticket("T-1", BACKLOG.plus(RETENTION).plus(LITTLE));
    assertThat(requests()).containsExactly("T-1");
  }

  @Test
  void whatWaitsForItsTicketOutlastsARestart() {
    response("T-1", "R-1", "one", BACKLOG);
    ticket("T-2", BACKLOG);
    requests();
    intake.restart();
    intake.advance(Duration.ofHours(3));
    ticket("T-1", BACKLOG);
    response("T-2", "R-1", "one", BACKLOG);
    ticket("T-2", BACKLOG);

    assertThat(requests()).hasSize(3);
    assertThat(intake.duplicates()).isEqualTo(1);
  }

  private void ticket(String id, Instant time) {
    Ticket ticket = Ticket.newBuilder().setTicketId(id).setBody("text of " + id).build();
    intake.send(Topics.TICKETS, new TestRecord<>(id, ticket, time));
  }

  private void response(String ticketId, String responseId, String text, Instant time) {
    Response response =
        Response.newBuilder().setTicketId(ticketId).setResponseId(responseId).setText(text).build();
    intake.send(Topics.RESPONSES, new TestRecord<>(ticketId, response, time));
  }

  private void erase(String id, Instant time) {
    intake.send(Topics.TICKETS, new TestRecord<>(id, null, time));
  }

  private List<String> requests() {
    return intake.read(Topics.SCORING_REQUESTS).stream().map(ScoringRequest::getRequestId).toList();
  }

  private double skewed(String direction) {
    return Metric.SKEWED.counter(intake.registry(), "intake", direction).count();
  }
}
