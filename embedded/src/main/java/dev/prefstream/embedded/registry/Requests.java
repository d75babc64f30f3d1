package dev.prefstream.embedded.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads requests. */
final class Requests {

  /** Largest body taken, in bytes; a schema of the catalogue has a few thousand. */
  static final int MAX_BODY = 4 << 20;

  private static final Set<String> BODY_TYPES =
      Set.of(
          Answers.CONTENT_TYPE,
          "application/vnd.schemaregistry+json",
          "application/json",
          "application/octet-stream");

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Requests() {}

  /** A schema to register, look up or compare. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record SchemaBody(
      @Nullable String schema,
      @Nullable String schemaType,
      @Nullable List<Reference> references,
      @Nullable JsonNode metadata,
      @Nullable JsonNode ruleSet) {

    /**
     * @throws RegistryException 42201 for what this registry does not keep
     */
    SchemaText text() {
      if (schemaType != null && !schemaType.equalsIgnoreCase("AVRO")) {
        throw RegistryException.invalidSchema(
            "Invalid schema type %s: this registry keeps AVRO schemas only".formatted(schemaType),
            null);
      }
      if (isGiven(metadata) || isGiven(ruleSet)) {
        throw RegistryException.invalidSchema(
            "Invalid schema: this registry keeps no metadata and no rule sets; leave them out",
            null);
      }
      return new SchemaText(
          schema == null ? "" : schema, references == null ? List.of() : references);
    }

    private static boolean isGiven(@Nullable JsonNode node) {
      return node != null && !node.isNull() && !node.isEmpty();
    }
  }

  /** A compatibility level to set. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record LevelBody(@Nullable String compatibility) {}

  /** A mode to set. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ModeBody(@Nullable String mode) {}

  /** The subject in the path. */
  static String subject(Context context) {
    return SubjectNames.plain(context.pathParam("subject"));
  }

  /** The version in the path. */
  static VersionId version(Context context) {
    return VersionId.parse(context.pathParam("version"));
  }

  /** A switch in the query, off unless it is {@code true}. */
  static boolean flag(Context context, String name) {
    return Boolean.parseBoolean(context.queryParam(name));
  }

  /** The versions that the query asks for with {@code deleted} and {@code deletedOnly}. */
  static Deleted deleted(Context context) {
    return Deleted.of(flag(context, "deleted"), flag(context, "deletedOnly"));
  }

  /** The page that the query asks for with {@code offset} and {@code limit}. */
  static <T> List<T> page(Context context, List<T> all) {
    int offset = Math.min(Math.max(number(context, "offset", 0), 0), all.size());
    int limit = number(context, "limit", -1);
    int end = limit < 0 ? all.size() : Math.min(all.size() - offset, limit) + offset;
    return all.subList(offset, end);
  }

  /**
   * Reads the body.
   *
   * @throws RegistryException 415 for another content type, 42209 when it is too large, 400 when it
   *     is not JSON of that shape, 422 when it is missing
   */
  static <T> T body(Context context, Class<T> type) {
    String given = context.contentType();
    String plain = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!BODY_TYPES.contains(plain)) {
      throw RegistryException.http(
          415, "Unsupported Media Type: send Content-Type " + Answers.CONTENT_TYPE);
    }
    try (InputStream in = context.bodyInputStream()) {
      byte[] bytes = in.readNBytes(MAX_BODY + 1);
      if (bytes.length > MAX_BODY) {
        throw RegistryException.tooLarge(MAX_BODY);
      }
      T body = bytes.length == 0 ? null : JSON.readValue(bytes, type);
      if (body == null) {
        throw RegistryException.http(422, "Unprocessable Entity: the request has no body");
      }
      return body;
    } catch (JsonProcessingException e) {
      throw RegistryException.http(400, "Bad Request: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw RegistryException.http(400, "Bad Request: " + e.getMessage());
    }
  }

  private static int number(Context context, String name, int byDefault) {
    String text = context.queryParam(name);
    try {
      return text == null ? byDefault : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw RegistryException.http(404, "Not Found: %s=%s is no number".formatted(name, text));
    }
  }
}
