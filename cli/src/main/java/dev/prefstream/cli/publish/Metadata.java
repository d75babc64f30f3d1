package dev.prefstream.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.schemas.avro.Attachment;
import dev.prefstream.schemas.avro.Votes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What tickets and responses have in common beside their text. */
final class Metadata {

  /** Entry that says how many lone surrogates of the line became U+FFFD. */
  static final String REPLACED = "prefstream.replaced_surrogates";

  private static final String UNKNOWN_MEDIA_TYPE = "application/octet-stream";

  private Metadata() {}

  /** The metadata object's entries and every field nobody took. Take all others first. */
  static Map<String, String> of(Fields line) {
    Map<String, String> all = new TreeMap<>();
    JsonNode given = line.take("metadata");
    if (given != null) {
      if (!(given instanceof ObjectNode)) {
        throw Fields.wrongType("metadata", given, "an object {...}");
      }
      given.properties().stream()
          .filter(entry -> !entry.getValue().isNull())
          .forEach(
              entry ->
                  all.put(
                      Text.withoutLoneSurrogates(entry.getKey()), line.asText(entry.getValue())));
    }
    line.rest()
        .forEach((name, value) -> all.put(all.containsKey(name) ? "line." + name : name, value));
    if (line.replacedSurrogates() > 0) {
      all.put(REPLACED, Integer.toString(line.replacedSurrogates()));
    }
    return all;
  }

  /** {@code {"up": 3, "down": 1}}, or one number: the difference. */
  static @Nullable Votes votes(Fields line) {
    JsonNode node = line.take("votes");
    if (node == null) {
      return null;
    }
    if (node.isNumber()) {
      int difference = Fields.whole("votes", node, -Integer.MAX_VALUE, Integer.MAX_VALUE);
      return new Votes(Math.max(0, difference), Math.max(0, -difference));
    }
    if (!node.isObject()) {
      throw Fields.wrongType("votes", node, "{\"up\": N, \"down\": N} or a number");
    }
    return new Votes(count(node, "up"), count(node, "down"));
  }

  static List<Attachment> attachments(Fields line) {
    JsonNode node = line.take("attachments");
    if (node == null) {
      return List.of();
    }
    if (!node.isArray()) {
      throw Fields.wrongType(
          "attachments", node, "an array of {\"uri\": ..., \"media_type\": ...}");
    }
    List<Attachment> attachments = new ArrayList<>();
    for (JsonNode element : node) {
      if (!(element instanceof ObjectNode object)) {
        throw Fields.wrongType(
            "an element of attachments", element, "{\"uri\": ..., \"media_type\": ...}");
      }
      attachments.add(attachment(new Fields(object)));
    }
    return attachments;
  }

  private static Attachment attachment(Fields fields) {
    String uri = fields.word("uri");
    if (uri == null || !isAbsolute(uri)) {
      throw new dev.prefstream.runtime.failure.PoisonException(
          dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD,
          "an attachment has no absolute uri, such as https://files.example.com/1.png");
    }
    String mediaType = fields.word("media_type");
    return Attachment.newBuilder()
        .setUri(uri)
        .setMediaType(mediaType == null ? UNKNOWN_MEDIA_TYPE : mediaType)
        .setName(fields.word("name"))
        .setSizeBytes(fields.number("size_bytes", 0, 1L << 53).map(Double::longValue).orElse(null))
        .build();
  }

  private static boolean isAbsolute(String uri) {
    try {
      return new URI(uri).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static int count(JsonNode votes, String name) {
    return votes.hasNonNull(name)
        ? Fields.whole("votes." + name, votes.get(name), 0, Integer.MAX_VALUE)
        : 0;
  }
}
