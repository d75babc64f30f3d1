package dev.prefstream.cli.publish;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;
import static dev.prefstream.runtime.failure.PoisonReason.MISSING_ID;
import static dev.prefstream.runtime.failure.PoisonReason.NOT_JSON;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.runtime.failure.PoisonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, taken one by one; {@link #rest()} is what nobody took. A field
 * that is null counts as absent. Lone surrogates in texts are replaced and counted. For one thread.
 *
 * <p>All methods throw {@link PoisonException}; messages name fields and types, never customer
 * text.
 */
public final class Fields {

  private static final int LONGEST_ID = 256;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final ObjectNode object;
  private final Set<String> taken = new HashSet<>();
  private int replacedSurrogates;

  public Fields(ObjectNode object) {
    this.object = object;
  }

  /** Reads a line of UTF-8. */
  public static Fields parse(byte[] line) {
    JsonNode node;
    try {
      node =
          MAPPER.readTree(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
    } catch (CharacterCodingException e) {
      throw new PoisonException(
          NOT_JSON, "the line is not UTF-8: write the file in UTF-8, one JSON object a line", e);
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
    if (node instanceof ObjectNode object) {
      return new Fields(object);
    }
    throw new PoisonException(
        NOT_JSON, "the line is a JSON %s, expected an object {...}".formatted(type(node)));
  }

  /** These, with an id where they have none under this name or {@code id}. For one use. */
  public Fields withId(String name, String id) {
    return has(name) || has("id") ? this : new Fields(object.deepCopy().put(name, id));
  }

  /** The value as it is, or null when it is absent. */
  public @Nullable JsonNode take(String name) {
    taken.add(name);
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  public boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** A string, or a number as it is written; null when absent. */
  public @Nullable String text(String name) {
    JsonNode node = take(name);
    if (node == null) {
      return null;
    }
    if (!node.isTextual() && !node.isNumber()) {
      throw wrongType(name, node, "a string");
    }
    return clean(node.asText());
  }

  /** Like {@link #text} without blanks at the ends; null when nothing is left. */
  public @Nullable String word(String name) {
    String text = text(name);
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** The first of the fields that holds an id: not blank, at most 256 code points. */
  public String id(List<String> names) {
    for (String name : names) {
      if (has(name)) {
        int before = replacedSurrogates;
        String id = word(name);
        if (id == null) {
          throw new PoisonException(MISSING_ID, name + " is blank: give every line an id");
        }
        if (replacedSurrogates != before) {
          throw new PoisonException(
              INVALID_FIELD,
              name + " holds a surrogate without its other half: two ids could become one");
        }
        if (id.codePointCount(0, id.length()) > LONGEST_ID) {
          throw new PoisonException(
              INVALID_FIELD,
              "%s has %d code points, at most %d are allowed"
                  .formatted(name, id.codePointCount(0, id.length()), LONGEST_ID));
        }
        return id;
      }
    }
    throw new PoisonException(
        MISSING_ID,
        "there is no %s: give every line an id".formatted(String.join(" and no ", names)));
  }

  /** Like {@link #id} of a line that may be bad in any way; null when it cannot be told. */
  @Nullable String idIfAny(List<String> names) {
    return names.stream()
        .map(object::get)
        .filter(node -> node != null && (node.isTextual() || node.isNumber()))
        .map(node -> Text.withoutLoneSurrogates(node.asText().strip()))
        .filter(id -> !id.isEmpty() && id.length() <= 2 * LONGEST_ID)
        .findFirst()
        .orElse(null);
  }

  /** ISO 8601 text, or seconds or milliseconds since 1970; null when absent or blank. */
  @Nullable Instant time(String name) {
    JsonNode node = take(name);
    if (node == null || (node.isTextual() && node.asText().isBlank())) {
      return null;
    }
    if (!node.isTextual() && !node.isNumber()) {
      throw wrongType(name, node, "a time");
    }
    try {
      return node.isNumber() ? Times.ofNumber(node.decimalValue()) : Times.ofText(node.asText());
    } catch (DateTimeException e) {
      throw new PoisonException(INVALID_FIELD, name + " is no time: " + Times.EXPECTED, e);
    }
  }

  /** A number in [{@code min}, {@code max}]; empty when absent. */
  Optional<Double> number(String name, double min, double max) {
    JsonNode node = take(name);
    if (node == null) {
      return Optional.empty();
    }
    return Optional.of(number(name, node, min, max));
  }

  static double number(String name, JsonNode node, double min, double max) {
    if (!node.isNumber()) {
      throw wrongType(name, node, "a number");
    }
    double value = node.doubleValue();
    if (!(value >= min && value <= max)) {
      throw new PoisonException(
          INVALID_FIELD,
          "%s = %s: must be between %s and %s"
              .formatted(name, node.asText(), plain(min), plain(max)));
    }
    return value;
  }

  /** A whole number in [{@code min}, {@code max}]. */
  static int whole(String name, JsonNode node, int min, int max) {
    double value = number(name, node, min, max);
    if (value != Math.rint(value)) {
      throw new PoisonException(
          INVALID_FIELD, "%s = %s: must be a whole number".formatted(name, node.asText()));
    }
    return (int) value;
  }

  /** A nested object; null when absent. Its replaced surrogates count on its own. */
  @Nullable Fields nested(String name) {
    JsonNode node = take(name);
    if (node == null) {
      return null;
    }
    if (node instanceof ObjectNode nested) {
      return new Fields(nested);
    }
    throw wrongType(name, node, "an object {...}");
  }

  /** Nested values as JSON, others as they are written. */
  String asText(JsonNode node) {
    return clean(node.isValueNode() ? node.asText() : node.toString());
  }

  /** Fields that nobody took, as texts. */
  Map<String, String> rest() {
    Map<String, String> rest = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (!taken.contains(field.getKey()) && !field.getValue().isNull()) {
        rest.put(clean(field.getKey()), asText(field.getValue()));
      }
    }
    return rest;
  }

  /** Names of the fields that nobody took. */
  public Collection<String> unknown() {
    Set<String> names = new java.util.TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    names.removeAll(taken);
    return names;
  }

  /** How many surrogates were replaced so far. */
  int replacedSurrogates() {
    return replacedSurrogates;
  }

  static PoisonException wrongType(String name, JsonNode node, String expected) {
    return new PoisonException(
        INVALID_FIELD, "%s is a JSON %s, expected %s".formatted(name, type(node), expected));
  }

  static String type(JsonNode node) {
    return node.isMissingNode()
        ? "value of no kind"
        : node.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  private String clean(String text) {
    int lone = Text.loneSurrogates(text);
    replacedSurrogates += lone;
    return lone == 0 ? text : Text.withoutLoneSurrogates(text);
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }

  /** Jackson's own message may quote the line, so only the place is told. */
  private static PoisonException notJson(JsonProcessingException e) {
    int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
    boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
    return new PoisonException(
        NOT_JSON,
        "the line is no JSON object: %s column %d"
            .formatted(twice ? "a field occurs twice, at" : "it cannot be read beyond", column));
  }
}
