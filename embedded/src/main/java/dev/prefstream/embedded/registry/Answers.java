package dev.prefstream.embedded.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes answers, in the shapes of Confluent's REST API. */
final class Answers {

  static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  /** What can be answered, best first, when the client takes it. */
  private static final List<String> CONTENT_TYPES =
      List.of(CONTENT_TYPE, "application/vnd.schemaregistry+json", "application/json");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Answers() {}

  record Failure(@JsonProperty("error_code") int code, String message) {}

  record Id(int id) {}

  /** A version of a subject. The type is left out, as Confluent does for Avro. */
  record Version(
      String subject,
      int version,
      int id,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Reference> references,
      String schema) {

    static Version of(SubjectVersion version) {
      return new Version(
          version.subject(),
          version.version(),
          version.id(),
          version.schema().references(),
          version.schema().text());
    }
  }

  /**
   * A schema by its id.
   *
   * @param maxId highest id in the registry, when asked for
   */
  record Schema(
      String schema,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Reference> references,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer maxId) {}

  record Use(String subject, int version) {}

  /**
   * Result of a comparison.
   *
   * @param messages reasons, when asked for
   */
  record Compatibility(
      @JsonProperty("is_compatible") boolean compatible,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> messages) {}

  record Level(String compatibilityLevel) {}

  record ModeIs(Mode mode) {}

  /** Answers with the value as JSON. */
  static void json(Context context, Object value) {
    try {
      text(context, JSON.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** Answers with text that is JSON already. */
  static void text(Context context, String text) {
    context.contentType(contentType(context)).result(text);
  }

  static void failure(Context context, RegistryException refusal) {
    context.status(refusal.status());
    try {
      context
          .contentType(CONTENT_TYPE)
          .result(JSON.writeValueAsString(new Failure(refusal.code(), refusal.text())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a failure as JSON", e);
    }
  }

  private static String contentType(Context context) {
    String accept = context.header("Accept");
    if (accept == null || accept.contains("*/*") || accept.contains("application/*")) {
      return CONTENT_TYPE;
    }
    String taken = accept.toLowerCase(Locale.ROOT);
    return CONTENT_TYPES.stream()
        .filter(taken::contains)
        .findFirst()
        .orElseThrow(
            () -> RegistryException.http(406, "Not Acceptable: " + CONTENT_TYPES + " can be had"));
  }
}
