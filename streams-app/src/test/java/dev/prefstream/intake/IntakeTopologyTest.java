package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTopologyTest {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "intake.max-text-bytes", "1KiB",
          "intake.max-responses-per-ticket", "3",
          "intake.join-retention", "1h");

  private StageDriver intake;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    intake = StageDriver.intake(stateDir, SETTINGS);
  }

  @AfterEach
  void countsAddUp() {
    assertThat(intake.received())
        .isEqualTo(intake.processed() + intake.duplicates() + intake.deadLettered());
    intake.close();
  }

  @Test
  void makesOneRequestOfATicket() {
    Ticket ticket = ticket("T-1", "Printer", "It is on fire.");
    ticket.setRegion("US");
    ticket.setAuditGroup("group-a");

    send(ticket);

    List<ScoringRequest> requests = intake.read(Topics.SCORING_REQUESTS);
    assertThat(requests).hasSize(1);
    ScoringRequest request = requests.get(0);
    assertThat(request.getRequestId()).isEqualTo("T-1");
    assertThat(request.getKind()).isEqualTo(ScoreKind.TICKET);
    assertThat(request.getSubject()).isEqualTo("Printer");
    assertThat(request.getBody()).isEqualTo("It is on fire.");
    assertThat(request.getContext().getTenantId()).isEqualTo("default");
    assertThat(request.getContext().getRegion()).isEqualTo("US");
    assertThat(request.getContext().getAuditGroup()).isEqualTo("group-a");
    assertThat(request.getContext().getCreatedAt()).isEqualTo(StageDriver.START);
    assertThat(request.getStyle().getLength()).isEqualTo("Printer\nIt is on fire.".length());
  }

  @Test
  void keepsTheRecordTimeAndTheTraceContext() {
    Instant time = Instant.parse("2026-03-01T23:59:59.123Z");
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", traceparent.getBytes(StandardCharsets.UTF_8));

    intake.send(Topics.TICKETS, new TestRecord<>("T-1", ticket("T-1", "", "text"), headers, time));

    TestRecord<String, ScoringRequest> request = only(intake.readRecords(Topics.SCORING_REQUESTS));
    assertThat(request.getRecordTime()).isEqualTo(time);
    assertThat(request.getHeaders().headers("traceparent")).hasSize(1);
    assertThat(header(request)).isEqualTo(traceparent);
  }

  @Test
  void givesATraceContextToARecordWithoutOne() {
    send(ticket("T-1", "", "text"));

    assertThat(header(only(intake.readRecords(Topics.SCORING_REQUESTS))))
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
  }

  @Test
  void dropsTheSameTicketWhateverTheOrderOfItsMetadata() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("a", "1");
    one.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("b", "2");
    other.put("a", "1");
    Ticket first = ticket("T-1", "", "text");
    first.setMetadata(one);
    Ticket again = ticket("T-1", "", "text");
    again.setMetadata(other);

    send(first);
    send(again);

    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(1);
    assertThat(intake.duplicates()).isEqualTo(1);
  }

  @Test
  void refusesAnotherTicketOfTheSameId() {
    send(ticket("T-1", "", "text"));
    send(ticket("T-1", "", "other text"));

    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(1);
    refused(PoisonReason.CONFLICTING_DUPLICATE, "other text");
  }

  @Test
  void joinsAResponseThatComesAfterItsTicket() {
    send(ticket("T-1", "Printer", "It is on fire."));
    send(response("T-1", "R-1", "Use the extinguisher."));

    ScoringRequest pair = intake.read(Topics.SCORING_REQUESTS).get(1);
    assertThat(pair.getKind()).isEqualTo(ScoreKind.RESPONSE);
    assertThat(pair.getResponseId()).isEqualTo("R-1");
    assertThat(pair.getResponseText()).isEqualTo("Use the extinguisher.");
    assertThat(pair.getBody()).isEqualTo("It is on fire.");
    assertThat(pair.getStyle().getLength()).isEqualTo("Use the extinguisher.".length());
  }

  @Test
  void givesTheSamePairsWhicheverComesFirst() {
    send(response("T-1", "R-1", "one"));
    send(response("T-1", "R-2", "two"));
    assertThat(intake.read(Topics.SCORING_REQUESTS)).isEmpty();
    send(ticket("T-1", "", "text"));
    List<String> responsesFirst = ids();

    send(ticket("T-2", "", "text"));
    send(response("T-2", "R-1", "one"));
    send(response("T-2", "R-2", "two"));
    List<String> ticketFirst = ids();

    assertThat(responsesFirst).hasSize(3).startsWith("T-1");
    assertThat(ticketFirst).hasSize(3).startsWith("T-2");
    assertThat(responsesFirst.get(1)).matches("T-1/R-1@[0-9a-f]{12}");
    assertThat(ticketFirst.get(1)).matches("T-2/R-1@[0-9a-f]{12}");
    assertThat(intake.entries("intake-pending")).isZero();
  }

  @Test
  void dropsTheSameResponseBeforeAndAfterItsTicket() {
    send(response("T-1", "R-1", "one"));
    send(response("T-1", "R-1", "one"));
    send(ticket("T-1", "", "text"));
    send(response("T-1", "R-1", "one"));

    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(2);
    assertThat(intake.duplicates()).isEqualTo(2);
  }

  @Test
  void scoresAnEditedResponseAgainUnderAnotherRequestId() {
    send(ticket("T-1", "", "text"));
    send(response("T-1", "R-1", "one"));
    send(response("T-1", "R-1", "one, edited"));

    List<ScoringRequest> requests = intake.read(Topics.SCORING_REQUESTS);
    assertThat(requests).hasSize(3);
    assertThat(requests.get(2).getResponseText()).isEqualTo("one, edited");
    assertThat(requests.get(2).getRequestId()).isNotEqualTo(requests.get(1).getRequestId());
  }

  @Test
  void scoresOnlyTheLastTextOfAResponseEditedBeforeItsTicketCame() {
    send(response("T-1", "R-1", "one"));
    send(response("T-1", "R-1", "one, edited"));
    send(ticket("T-1", "", "text"));

    List<ScoringRequest> requests = intake.read(Topics.SCORING_REQUESTS);
    assertThat(requests).hasSize(2);
    assertThat(requests.get(1).getResponseText()).isEqualTo("one, edited");
  }

  @Test
  void refusesMoreResponsesThanConfigured() {
    send(ticket("T-1", "", "text"));
    for (int i = 1; i <= 4; i++) {
      send(response("T-1", "R-" + i, "response " + i));
    }

    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(1 + 3);
    DeadLetter letter = refused(PoisonReason.INVALID_FIELD, "response 4");
    assertThat(letter.getMessage()).contains("3 responses", "intake.max-responses-per-ticket");
  }

  @Test
  void forgetsWhatIsOlderThanTheRetention() {
    send(ticket("T-1", "", "text"));
    send(response("T-9", "R-1", "for a ticket that never comes"));
    intake.advance(Duration.ofHours(2));
    send(ticket("T-2", "", "text"));
    intake.advance(Duration.ofSeconds(1));

    assertThat(intake.entries("intake-joins")).isEqualTo(1);
    assertThat(intake.entries("intake-tickets")).isEqualTo(1);
    assertThat(intake.entries("intake-pending")).isZero();
  }

  @Test
  void refusesATicketWithoutAnId() {
    send(ticket("", "", "text"));
    refused(PoisonReason.MISSING_ID, "text");
  }

  @Test
  void refusesAResponseWithoutAnId() {
    send(response("T-1", " ", "text"));
    refused(PoisonReason.MISSING_ID, "text");
  }

  @Test
  void refusesAKeyThatIsNotTheTicketId() {
    intake.send(Topics.TICKETS, "T-2", ticket("T-1", "", "secret"));
    assertThat(refused(PoisonReason.INVALID_FIELD, "secret").getMessage()).contains("key");
    intake.send(Topics.RESPONSES, null, response("T-1", "R-1", "secret"));
    assertThat(refused(PoisonReason.INVALID_FIELD, "secret").getMessage()).contains("key");
  }

  @Test
  void refusesATextlessTicketOrResponse() {
    send(ticket("T-1", " ", "\n"));
    refused(PoisonReason.EMPTY_TEXT, null);
    send(response("T-1", "R-1", " \t"));
    refused(PoisonReason.EMPTY_TEXT, null);
  }

  @Test
  void refusesATextOverTheConfiguredBytes() {
    String text = "é".repeat(513);
    send(ticket("T-1", "", text));
    assertThat(refused(PoisonReason.TEXT_TOO_LARGE, text).getMessage())
        .contains("1026 bytes", "1024");
    send(response("T-1", "R-1", text));
    refused(PoisonReason.TEXT_TOO_LARGE, text);
  }

  @Test
  void takesATextOfExactlyTheConfiguredBytes() {
    send(ticket("T-1", "", "é".repeat(512)));
    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(1);
  }

  @Test
  void refusesAnIdOver256CodePoints() {
    send(ticket("😀".repeat(256), "", "text"));
    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(1);
    send(ticket("😀".repeat(257), "", "text"));
    refused(PoisonReason.INVALID_FIELD, "text");
  }

  @Test
  void refusesARecordWithoutValue() {
    intake.send(Topics.TICKETS, null, null);
    refused(PoisonReason.MISSING_ID, null);
    intake.send(Topics.RESPONSES, "T-1", null);
    refused(PoisonReason.INVALID_FIELD, null);
  }

  @Test
  void refusesBytesThatAreNoTicket() {
    intake.sendBytes(Topics.TICKETS, "T-1", new byte[] {1, 2, 3});
    refused(PoisonReason.UNDECODABLE, null);
  }

  @Test
  void goesOnAfterARefusal() {
    intake.sendBytes(Topics.RESPONSES, "T-1", "no Avro".getBytes(StandardCharsets.UTF_8));
    send(ticket("T-1", "", "text"));

    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(1);
    assertThat(intake.deadLetters()).hasSize(1);
  }

  private DeadLetter refused(PoisonReason reason, @Nullable String customerText) {
    DeadLetter letter = only(intake.deadLetters());
    assertThat(letter.getStage()).isEqualTo("intake");
    assertThat(letter.getReason()).isEqualTo(reason.name());
    assertThat(letter.getMessage()).isNotBlank();
    if (customerText != null) {
      assertThat(letter.getMessage()).doesNotContain(customerText);
    }
    return letter;
  }

  private List<String> ids() {
    return intake.read(Topics.SCORING_REQUESTS).stream().map(ScoringRequest::getRequestId).toList();
  }

  private void send(Ticket ticket) {
    intake.send(Topics.TICKETS, ticket.getTicketId(), ticket);
  }

  private void send(Response response) {
    intake.send(Topics.RESPONSES, response.getTicketId(), response);
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }

  private static String header(TestRecord<?, ?> record) {
    return new String(
        record.getHeaders().lastHeader("traceparent").value(), StandardCharsets.UTF_8);
  }

  private static Ticket ticket(String id, String subject, String body) {
    return Ticket.newBuilder().setTicketId(id).setSubject(subject).setBody(body).build();
  }

  private static Response response(String ticketId, String responseId, String text) {
    return Response.newBuilder()
        .setTicketId(ticketId)
        .setResponseId(responseId)
        .setText(text)
        .build();
  }
}
