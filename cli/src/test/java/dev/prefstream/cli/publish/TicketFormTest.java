package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.Ticket;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicketFormTest {

  @Test
  void takesEveryFieldOfTheSchema() {
    Ticket ticket =
        read(
            """
            {"ticket_id": " t-1 ", "tenant_id": "acme", "subject": "S", "body": "B", "region": "de",\
             "language": "pt_BR", "channel": "email", "created_at": "2026-05-04T10:15:30Z",\
             "updated_at": 1777889730, "votes": {"up": 3, "down": 1}, "audit_group": "g", "domain": "technical",\
             "attachments": [{"uri": "https://files.example.com/1.png", "media_type": "image/png",\
             "name": "1.png", "size_bytes": 12}], "metadata": {"source": "jira", "n": 1.50}}
            """);

    assertThat(ticket.getTicketId()).isEqualTo("t-1");
    assertThat(ticket.getTenantId()).isEqualTo("acme");
    assertThat(ticket.getSubject()).isEqualTo("S");
    assertThat(ticket.getBody()).isEqualTo("B");
    assertThat(ticket.getRegion()).isEqualTo("DE");
    assertThat(ticket.getLanguage()).isEqualTo("pt-BR");
    assertThat(ticket.getChannel()).isEqualTo("email");
    assertThat(ticket.getCreatedAt()).isEqualTo(Instant.parse("2026-05-04T10:15:30Z"));
    assertThat(ticket.getUpdatedAt()).isEqualTo(Instant.parse("2026-05-04T10:15:30Z"));
    assertThat(ticket.getVotes().getUp()).isEqualTo(3);
    assertThat(ticket.getVotes().getDown()).isEqualTo(1);
    assertThat(ticket.getAuditGroup()).isEqualTo("g");
    assertThat(ticket.getDomain()).isEqualTo("technical");
    assertThat(ticket.getAttachments())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.getMediaType()).isEqualTo("image/png");
              assertThat(file.getSizeBytes()).isEqualTo(12);
            });
    assertThat(ticket.getMetadata())
        .containsEntry("source", "jira")
        .containsEntry("n", "1.50")
        .hasSize(2);
  }

  @Test
  void idAloneMakesATicketAndIntakeMayJudgeItsText() {
    Ticket ticket = read("{\"id\": 42}");

    assertThat(ticket.getTicketId()).isEqualTo("42");
    assertThat(ticket.getTenantId()).isEqualTo("default");
    assertThat(ticket.getSubject()).isEmpty();
    assertThat(ticket.getBody()).isEmpty();
    assertThat(ticket.getCreatedAt()).isNull();
    assertThat(ticket.getMetadata()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"12345678901234567890, 12345678901234567890", "1.50, 1.50", "-3, -3"})
  void numbersAreIdsAsTheyAreWritten(String written, String id) {
    assertThat(read("{\"id\": " + written + "}").getTicketId()).isEqualTo(id);
  }

  @Test
  void ticketIdWinsOverIdWhichIsKept() {
    Ticket ticket = read("{\"id\": \"row-9\", \"ticket_id\": \"t-1\"}");

    assertThat(ticket.getTicketId()).isEqualTo("t-1");
    assertThat(ticket.getMetadata()).containsEntry("id", "row-9");
  }

  @ParameterizedTest
  @CsvSource({"text", "description", "query"})
  void otherNamesStandForTheBodyWhenThereIsNone(String name) {
    Ticket ticket = read("{\"id\": 1, \"body\": \" \", \"%s\": \"B\"}".formatted(name));

    assertThat(ticket.getBody()).isEqualTo("B");
    assertThat(ticket.getMetadata()).isEmpty();
  }

  @Test
  void otherNamesAreMetadataWhenThereIsABody() {
    Ticket ticket = read("{\"id\": 1, \"body\": \"B\", \"description\": \"D\"}");

    assertThat(ticket.getBody()).isEqualTo("B");
    assertThat(ticket.getMetadata()).containsEntry("description", "D");
  }

  @Test
  void unknownFieldsGoToMetadataNestedOnesAsJson() {
    Ticket ticket =
        read(
            "{\"id\": 1, \"priority\": \"Major\", \"n\": 3, \"flag\": true, \"none\": null, \"labels\": [\"a\", {\"b\": 1}]}");

    assertThat(ticket.getMetadata())
        .containsEntry("priority", "Major")
        .containsEntry("n", "3")
        .containsEntry("flag", "true")
        .containsEntry("labels", "[\"a\",{\"b\":1}]")
        .hasSize(4);
  }

  @Test
  void fieldOfTheLineDoesNotReplaceMetadataOfTheSameName() {
    Ticket ticket =
        read("{\"id\": 1, \"source\": \"line\", \"metadata\": {\"source\": \"given\"}}");

    assertThat(ticket.getMetadata())
        .containsEntry("source", "given")
        .containsEntry("line.source", "line");
  }

  @Test
  void loneSurrogatesAreReplacedAndNotedAndNulIsKept() {
    Ticket ticket =
        read(
            "{\"id\": 1, \"subject\": \"a\\ud800b\", \"body\": \"\\udc00 \\u0000 \\ud83d\\ude00\"}");

    assertThat(ticket.getSubject()).isEqualTo("a\uFFFDb");
    assertThat(ticket.getBody()).isEqualTo("\uFFFD \u0000 \uD83D\uDE00");
    assertThat(ticket.getMetadata()).containsEntry("prefstream.replaced_surrogates", "2");
  }

  @Test
  void regionAndLanguageOfAnotherFormStayAsMetadata() {
    Ticket ticket = read("{\"id\": 1, \"region\": \"Australia\", \"language\": \"not known\"}");

    assertThat(ticket.getRegion()).isNull();
    assertThat(ticket.getLanguage()).isNull();
    assertThat(ticket.getMetadata())
        .containsEntry("region", "Australia")
        .containsEntry("language", "not known");
  }

  @ParameterizedTest
  @CsvSource({"7, 7, 0", "-2, 0, 2"})
  void oneNumberOfVotesIsTheDifference(int written, int up, int down) {
    Ticket ticket = read("{\"id\": 1, \"votes\": %d}".formatted(written));

    assertThat(ticket.getVotes().getUp()).isEqualTo(up);
    assertThat(ticket.getVotes().getDown()).isEqualTo(down);
  }

  private static Ticket read(String line) {
    return Published.of(Input.TICKETS, line).only();
  }
}
