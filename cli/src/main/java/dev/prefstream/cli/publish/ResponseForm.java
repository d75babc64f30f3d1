package dev.prefstream.cli.publish;

import static dev.prefstream.runtime.failure.PoisonReason.EMPTY_TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One response, {@code {"response_id", "ticket_id", "text"}}, or all of a ticket, {@code
 * {"ticket_id", "responses": [...]}}, whose elements are objects or texts; those without an id get
 * their position from 1. A bad element is refused alone.
 */
final class ResponseForm implements LineForm<Response> {

  private static final List<String> ID = List.of("response_id", "id");
  private static final List<String> TICKET_OF_MANY = List.of("ticket_id", "id");

  @Override
  public List<String> keyFields() {
    return List.of("ticket_id");
  }

  @Override
  public List<Outcome<Response>> read(Fields line) {
    JsonNode responses = line.take("responses");
    if (responses == null) {
      String ticket = line.id(List.of("ticket_id"));
      return List.of(Outcome.accepted(ticket, response(ticket, line.id(ID), line)));
    }
    if (!responses.isArray()) {
      throw Fields.wrongType("responses", responses, "an array");
    }
    String ticket = line.id(TICKET_OF_MANY);
    List<Outcome<Response>> outcomes = new ArrayList<>();
    for (JsonNode element : responses) {
      outcomes.add(element(ticket, outcomes.size() + 1, element));
    }
    return outcomes;
  }

  private static Outcome<Response> element(String ticket, int position, JsonNode element) {
    try {
      Fields fields = new Fields(object(element));
      fields.take("ticket_id");
      boolean named = fields.has("response_id") || fields.has("id");
      String id = named ? fields.id(ID) : Integer.toString(position);
      return Outcome.accepted(ticket, response(ticket, id, fields));
    } catch (PoisonException e) {
      return Outcome.refused(
          ticket,
          new PoisonException(
              e.reason(), "element %d of responses: %s".formatted(position, e.getMessage()), e),
          element.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static ObjectNode object(JsonNode element) {
    if (element instanceof ObjectNode object) {
      return object;
    }
    if (element.isTextual()) {
      return JsonNodeFactory.instance.objectNode().put("text", element.asText());
    }
    throw Fields.wrongType("it", element, "a string or an object {...}");
  }

  private static Response response(String ticket, String id, Fields fields) {
    String text = fields.has("text") ? fields.text("text") : fields.text("body");
    if (text == null || text.isBlank()) {
      throw new PoisonException(
          EMPTY_TEXT, "the response has no text: give what would be sent to the customer");
    }
    return Response.newBuilder()
        .setResponseId(id)
        .setTicketId(ticket)
        .setText(text)
        .setAuthor(fields.word("author"))
        .setCreatedAt(fields.time("created_at"))
        .setUpdatedAt(fields.time("updated_at"))
        .setVotes(Metadata.votes(fields))
        .setAttachments(Metadata.attachments(fields))
        .setMetadata(Metadata.of(fields))
        .build();
  }
}
