package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Fabrication;
import dev.prefstream.schemas.avro.PersonalData;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.SpecificKind;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tenant's settings change at intake: what is masked, and which terms invent nothing. */
class TenantWishesTest {

  private static final String MAIL = "anna@example.org";
  private static final String PHONE = "+49 30 12345678";

  private StageDriver intake;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    intake = StageDriver.intake(stateDir, Map.of("intake.max-metadata-bytes", "24"));
  }

  @AfterEach
  void close() {
    intake.close();
  }

  @Test
  void masksWhatTheTenantNamesWhereverTheTicketHoldsIt() {
    settings("careful", List.of(PersonalData.EMAIL), List.of());
    Ticket ticket =
        ticket("T-1", "careful", "Mail of " + MAIL, "Write to " + MAIL + " or " + PHONE);
    ticket.setMetadata(Map.of("from", MAIL));

    send(ticket);
    send(response("T-1", "We wrote to you."));

    List<ScoringRequest> requests = intake.read(Topics.SCORING_REQUESTS);
    assertThat(requests).hasSize(2);
    assertThat(requests)
        .as("also of the ticket that is remembered for its responses")
        .allSatisfy(
            request -> {
              assertThat(request.getSubject()).isEqualTo("Mail of [EMAIL]");
              assertThat(request.getBody()).isEqualTo("Write to [EMAIL] or " + PHONE);
              assertThat(request.getContext().getMetadata()).isEqualTo(Map.of("from", "[EMAIL]"));
              assertThat(request.toString()).doesNotContain(MAIL);
            });
    assertThat(masked("email")).isEqualTo(3);
    assertThat(masked("phone")).isZero();
  }

  @Test
  void masksASecretByWhatStandsBesideIt() {
    settings("careful", List.of(PersonalData.TOKEN), List.of());
    Ticket inAField = ticket("T-3", "careful", "", "It crashes.");
    inAField.setMetadata(Map.of("pin", "0042", "turn", "54585"));

    send(ticket("T-1", "careful", "", "54585"));
    send(ticket("T-2", "careful", "Your password", "hunter2"));
    send(inAField);
    send(ticket("T-4", "careful", "Order", "54585"));
    send(ticket("T-5", "other", "", "54585"));

    List<ScoringRequest> requests = intake.read(Topics.SCORING_REQUESTS);
    assertThat(requests)
        .extracting(ScoringRequest::getBody)
        .containsExactly("[TOKEN]", "[TOKEN]", "It crashes.", "54585", "54585");
    assertThat(requests.get(2).getContext().getMetadata())
        .isEqualTo(Map.of("pin", "[TOKEN]", "turn", "54585"));
    assertThat(masked("token")).isEqualTo(3);
  }

  @Test
  void masksForNobodyElseAndNoLongerThanTheTenantWishes() {
    settings("careful", List.of(PersonalData.EMAIL), List.of());
    send(ticket("T-1", "other", "", MAIL));
    send(ticket("T-2", "careful", "", MAIL));
    settings("careful", List.of(), List.of());
    send(ticket("T-3", "careful", "", MAIL));
    settings("default", List.of(PersonalData.EMAIL), List.of());
    send(ticket("T-4", "other", "", MAIL));
    send(ticket("T-5", "careful", "", MAIL));

    assertThat(intake.read(Topics.SCORING_REQUESTS))
        .extracting(ScoringRequest::getBody)
        .containsExactly(MAIL, "[EMAIL]", MAIL, "[EMAIL]", MAIL);
  }

  /** What was masked is not told apart from what came: the same ticket again is no other one. */
  @Test
  void knowsATicketAgainThatItMasked() {
    settings("careful", List.of(PersonalData.EMAIL), List.of());
    send(ticket("T-1", "careful", "", MAIL));
    send(ticket("T-1", "careful", "", MAIL));
    send(ticket("T-1", "careful", "", "other@example.org"));

    assertThat(intake.read(Topics.SCORING_REQUESTS)).hasSize(1);
    assertThat(intake.duplicates()).isEqualTo(1);
    assertThat(intake.deadLetters()).as("another address is another ticket").hasSize(1);
  }

  @Test
  void masksResponsesWhetherTheyComeBeforeTheirTicketOrAfter() {
    settings("careful", List.of(PersonalData.EMAIL), List.of());
    String text = "We wrote to " + MAIL + ", and called " + PHONE + ".";

    send(edit("T-1", "early", text));
    send(ticket("T-1", "careful", "", "Nothing came."));
    send(edit("T-1", "late", text));
    send(ticket("T-2", "other", "", "Nothing came."));
    send(edit("T-2", "late", text));

    List<ScoringRequest> responses = responses();
    assertThat(responses.subList(0, 2))
        .allSatisfy(
            each -> {
              assertThat(each.getResponseText())
                  .isEqualTo("We wrote to [EMAIL], and called " + PHONE + ".");
              assertThat(each.getStyle().getLength()).isEqualTo(each.getResponseText().length());
              assertThat(each.getResponseSource().getMasked()).isEqualTo(1);
            });
    assertThat(responses.get(2).getResponseText()).as("nobody else's").isEqualTo(text);
    assertThat(responses)
        .extracting(each -> each.getResponseSource().getOffset())
        .as("where each was published")
        .containsExactly(0L, 1L, 2L);
    assertThat(masked("email", "response")).isEqualTo(2);
    assertThat(masked("email", "ticket")).isZero();
  }

  /** A digest of the text as it was published would tell a number to whoever tries them all. */
  @Test
  void noIdTellsWhatWasMasked() {
    settings("careful", List.of(PersonalData.PHONE), List.of());
    send(ticket("T-1", "careful", "", "Nothing came."));
    send(edit("T-1", "R", "We called +49 30 12345678."));
    send(edit("T-1", "R", "We called +49 30 12345679."));

    List<ScoringRequest> responses = responses();
    assertThat(responses).extracting(ScoringRequest::getRequestId).containsOnly(id(responses));
    assertThat(responses)
        .extracting(each -> each.getResponseSource().getOffset())
        .as("an edit nevertheless")
        .containsExactly(0L, 1L);
  }

  @Test
  void aMaskedAddressInTicketAndResponseIsNoInventionAndOneInTheResponseAloneIs() {
    settings("careful", List.of(PersonalData.EMAIL), List.of());
    send(ticket("T-1", "careful", "", "I am " + MAIL));
    send(ticket("T-2", "careful", "", "I am Anna."));
    send(response("T-1", "We wrote to " + MAIL));
    assertThat(fabrication().getInvented()).isZero();

    Fabrication found = fabricationOf(response("T-2", "Write to help@example.org today."));

    assertThat(found.getRisk()).isGreaterThan(0.4);
    assertThat(found.getEvidence())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.getKind()).isEqualTo(SpecificKind.LINK);
              assertThat(each.getStart()).as("in the text that is scored").isEqualTo(9);
              assertThat(each.getEnd()).isEqualTo(16);
            });
  }

  @Test
  void aTicketFromBeforeTheTenantMaskedBacksItsResponsesToo() {
    send(ticket("T-1", "careful", "", "I am " + MAIL));
    settings("careful", List.of(PersonalData.EMAIL), List.of());
    send(response("T-1", "We wrote to " + MAIL));

    assertThat(fabrication().getInvented()).isZero();
  }

  @Test
  void theTenantsOwnAddressesStayInItsResponses() {
    settings(
        "careful",
        List.of(PersonalData.EMAIL, PersonalData.PHONE),
        List.of("Help@example.org", "+49-30-12345678"));
    send(ticket("T-1", "careful", "", "Call +49 30 12345678 or " + MAIL));
    send(response("T-1", "Write to help@example.org or call " + PHONE + ", not " + MAIL));

    ScoringRequest asked = responses().get(0);
    assertThat(asked.getResponseText())
        .isEqualTo("Write to help@example.org or call " + PHONE + ", not [EMAIL]");
    assertThat(asked.getFabrication().getInvented()).isZero();
    assertThat(asked.getBody()).as("tickets have none").isEqualTo("Call [PHONE] or [EMAIL]");
  }

  @Test
  void flagsWhatAResponseInventsAndPointsToIt() {
    send(ticket("T-1", "any", "", "Version 4.2.1 crashes."));
    send(response("T-1", "\uD83D\uDE00 Leave 4.2.1, take 4.3.0."));

    Fabrication found = fabrication();
    assertThat(found.getSpecifics()).isEqualTo(2);
    assertThat(found.getInvented()).isEqualTo(1);
    assertThat(found.getRisk()).isGreaterThan(0.4);
    assertThat(found.getEvidence())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.getKind()).isEqualTo(SpecificKind.VERSION);
              assertThat(each.getStart()).as("code points, the face is one").isEqualTo(20);
              assertThat(each.getEnd()).isEqualTo(25);
            });
  }

  @Test
  void termsThatTheTenantKnowsAreNoInvention() {
    settings("any", List.of(), List.of("Agent 4.3.0"));
    send(ticket("T-1", "any", "", "It crashes."));
    send(response("T-1", "Take 4.3.0."));

    assertThat(fabrication().getInvented()).isZero();
    assertThat(fabricationOf(response("T-1", "Take 4.4.0.")).getInvented()).isEqualTo(1);
  }

  @Test
  void metadataThatIsTooLongStaysBehindAndIsCounted() {
    Ticket ticket = ticket("T-1", "any", "", "It crashes.");
    ticket.setMetadata(Map.of("a", "x".repeat(10), "b", "y".repeat(20), "c", "\u00FC".repeat(6)));

    send(ticket);

    assertThat(intake.read(Topics.SCORING_REQUESTS).get(0).getContext().getMetadata())
        .isEqualTo(Map.of("a", "x".repeat(10), "c", "\u00FC".repeat(6), TicketText.LEFT_OUT, "1"));
  }

  private Fabrication fabrication() {
    List<ScoringRequest> requests = intake.read(Topics.SCORING_REQUESTS);
    ScoringRequest last = requests.get(requests.size() - 1);
    assertThat(last.getKind()).isEqualTo(ScoreKind.RESPONSE);
    return last.getFabrication();
  }

  private List<ScoringRequest> responses() {
    return intake.read(Topics.SCORING_REQUESTS).stream()
        .filter(each -> each.getKind() == ScoreKind.RESPONSE)
        .toList();
  }

  private static String id(List<ScoringRequest> requests) {
    return requests.get(0).getRequestId();
  }

  private Fabrication fabricationOf(Response response) {
    send(response);
    return fabrication();
  }

  private double masked(String kind) {
    return masked(kind, "ticket");
  }

  private double masked(String kind, String text) {
    return Metric.MASKED.counter(intake.registry(), kind, text).count();
  }

  private void settings(String tenant, List<PersonalData> masking, List<String> terms) {
    PreferenceSettings settings =
        PreferenceSettings.newBuilder()
            .setTenantId(tenant)
            .setMasking(masking)
            .setKnownTerms(terms)
            .setUpdatedAt(StageDriver.START)
            .build();
    intake.send(Topics.SETTINGS_IN_FORCE, tenant, new SettingsInForce(settings, "0-0"));
  }

  private void send(Ticket ticket) {
    intake.send(Topics.TICKETS, ticket.getTicketId(), ticket);
  }

  private void send(Response response) {
    intake.send(Topics.RESPONSES, response.getTicketId(), response);
  }

  private static Ticket ticket(String id, String tenant, String subject, String body) {
    return Ticket.newBuilder()
        .setTicketId(id)
        .setTenantId(tenant)
        .setSubject(subject)
        .setBody(body)
        .build();
  }

  private static Response response(String ticketId, String text) {
    return edit(ticketId, "R-" + text.hashCode(), text);
  }

  private static Response edit(String ticketId, String responseId, String text) {
    return Response.newBuilder()
        .setTicketId(ticketId)
        .setResponseId(responseId)
        .setText(text)
        .build();
  }
}
