package dev.prefstream.cli.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DetectorReading;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.ScoreSummary;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.schemas.avro.Votes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonFormTest {

  private static final Instant TIME = Instant.parse("2026-05-04T10:15:30.120Z");

  @Test
  void showsUnionsAsTheirValueAloneAndTimesInIso8601() {
    JsonNode json =
        JsonForm.of(
            Ticket.newBuilder()
                .setTicketId("t")
                .setRegion("DE")
                .setCreatedAt(TIME)
                .setVotes(new Votes(2, 1))
                .setMetadata(Map.of("k", "v"))
                .build());

    assertThat(json.get("ticket_id").asText()).isEqualTo("t");
    assertThat(json.get("region").asText()).isEqualTo("DE");
    assertThat(json.get("language").isNull()).isTrue();
    assertThat(json.get("created_at").asText()).isEqualTo("2026-05-04T10:15:30.120Z");
    assertThat(json.get("votes")).hasToString("{\"up\":2,\"down\":1}");
    assertThat(json.get("metadata")).hasToString("{\"k\":\"v\"}");
    assertThat(json.get("attachments")).hasToString("[]");
  }

  @Test
  void keepsTheSchemasOrderOfFields() {
    Ticket ticket = Ticket.newBuilder().setTicketId("t").build();

    assertThat(JsonForm.of(ticket).fieldNames())
        .toIterable()
        .containsExactlyElementsOf(
            Ticket.getClassSchema().getFields().stream().map(field -> field.name()).toList());
  }

  @Test
  void showsBytesAsBase64WithoutConsumingThem() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0, (byte) 0xFF});
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("publish")
            .setReason("NOT_JSON")
            .setMessage("m")
            .setOriginalValue(bytes)
            .setRefusedAt(TIME)
            .build();

    assertThat(JsonForm.of(letter).get("original_value").asText()).isEqualTo("AP8=");
    assertThat(bytes.remaining()).isEqualTo(2);
  }

  @Test
  void numbersThatAreNotFiniteAreNull() {
    JsonNode json =
        JsonForm.of(new ScoreSummary(0L, Double.NaN, Double.POSITIVE_INFINITY, List.of(0.25)));

    assertThat(json).hasToString("{\"count\":0,\"mean\":null,\"sd\":null,\"quantiles\":[0.25]}");
    assertThat(JsonForm.of(new DetectorReading("d", 0.1, 40.0)))
        .hasToString("{\"detector\":\"d\",\"statistic\":0.1,\"threshold\":40.0}");
  }

  @Test
  void showsNestedRecords() {
    JsonNode json =
        JsonForm.of(
            RetrainingTrigger.newBuilder()
                .setTriggerId("r")
                .setAlertId("a")
                .setSegment("all")
                .setModel(new ModelRef("m", "1.0.0", "h"))
                .setReason("why")
                .setDataFrom(TIME)
                .setDataTo(TIME)
                .setPredictions(1L << 40)
                .setRequestedAt(TIME)
                .build());

    assertThat(json.get("model").get("version").asText()).isEqualTo("1.0.0");
    assertThat(json.get("predictions").asLong()).isEqualTo(1L << 40);
  }
}
