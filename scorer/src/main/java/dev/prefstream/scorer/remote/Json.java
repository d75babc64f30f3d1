package dev.prefstream.scorer.remote;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.remote.RemoteFailure.Blame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON to and from servers. */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          // Python's servers write NaN and Infinity as they are.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private Json() {}

  /** Writes a document. */
  interface Writer {
    void to(JsonGenerator json) throws IOException;
  }

  static byte[] write(Writer writer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.getFactory().createGenerator(out)) {
      json.writeStartObject();
      writer.to(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes every document", e);
    }
    return out.toByteArray();
  }

  /** Writes the row's ids as an array of its own. */
  static void ids(JsonGenerator json, EncodedText row) throws IOException {
    json.writeArray(row.ids(), 0, row.ids().length);
  }

  static JsonNode read(byte[] body) throws RemoteFailure {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (IOException e) {
      // Not its cause: that quotes the answer, which may quote a customer.
    }
    throw new RemoteFailure(
        Blame.UNCLEAR, "the answer of %d bytes is no JSON object".formatted(body.length));
  }

  /** A number; NaN for null, which is how strict writers say it, and infinity by its name. */
  static double number(JsonNode node) throws RemoteFailure {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    if (node.isNull()) {
      return Double.NaN;
    }
    return switch (node.asText()) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default ->
          throw new RemoteFailure(
              Blame.UNCLEAR,
              "the answer holds %s in place of a number"
                  .formatted(node.getNodeType().name().toLowerCase(java.util.Locale.ROOT)));
    };
  }
}
