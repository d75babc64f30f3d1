package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.Response;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseFormTest {

  @Test
  void readsOneResponse() {
    Response response =
        Published.of(
                Input.RESPONSES,
                "{\"id\": \"r\", \"ticket_id\": \"t\", \"text\": \"T\", \"author\": \"agent-1\", \"score\": 4}")
            .only();

    assertThat(response.getResponseId()).isEqualTo("r");
    assertThat(response.getTicketId()).isEqualTo("t");
    assertThat(response.getText()).isEqualTo("T");
    assertThat(response.getAuthor()).isEqualTo("agent-1");
    assertThat(response.getMetadata()).containsEntry("score", "4");
  }

  @Test
  void readsAllResponsesOfATicketInOrder() {
    Published<Response> result =
        Published.of(
            Input.RESPONSES,
            "{\"id\": \"t\", \"responses\": [\"first\", {\"text\": \"second\"}, {\"id\": \"x\", \"text\": \"third\"}]}");

    assertThat(result.values()).extracting(Response::getResponseId).containsExactly("1", "2", "x");
    assertThat(result.values()).extracting(Response::getTicketId).containsOnly("t");
    assertThat(result.keys()).containsOnly("t");
  }

  @Test
  void badElementIsRefusedAloneWithItsOwnBytes() {
    Published<Response> result =
        Published.of(
            Input.RESPONSES,
            "{\"ticket_id\": \"t\", \"responses\": [\"good\", {\"text\": \"\"}, 7, \"good too\"]}");

    assertThat(result.values()).extracting(Response::getResponseId).containsExactly("1", "4");
    assertThat(result.letters()).hasSize(2);
    assertThat(result.letters().get(0).getReason()).isEqualTo("EMPTY_TEXT");
    assertThat(result.letters().get(0).getMessage()).startsWith("element 2 of responses:");
    assertThat(StandardCharsets.UTF_8.decode(result.letters().get(0).getOriginalValue()).toString())
        .isEqualTo("{\"text\":\"\"}");
    assertThat(result.letters().get(1).getReason()).isEqualTo("INVALID_FIELD");
    assertThat(result.letters().get(1).getTicketId()).isEqualTo("t");
  }

  @Test
  void ticketWithoutResponsesHoldsNothing() {
    Published<Response> result =
        Published.of(Input.RESPONSES, "{\"ticket_id\": \"t\", \"responses\": []}");

    assertThat(result.values()).isEmpty();
    assertThat(result.letters()).isEmpty();
  }
}
