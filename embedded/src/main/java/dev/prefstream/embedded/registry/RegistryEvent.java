package dev.prefstream.embedded.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to the registry. Its state is the result of all events in order; the
 * names here are what {@code registry.jsonl} holds, so they stay.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RegistryEvent.Registered.class, name = "registered"),
  @JsonSubTypes.Type(value = RegistryEvent.VersionDeleted.class, name = "version-deleted"),
  @JsonSubTypes.Type(value = RegistryEvent.LevelSet.class, name = "level-set"),
  @JsonSubTypes.Type(value = RegistryEvent.ModeSet.class, name = "mode-set")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface RegistryEvent {

  /** A schema became a version of a subject. */
  record Registered(String subject, int version, int id, String schema, List<Reference> references)
      implements RegistryEvent {

    SubjectVersion subjectVersion() {
      return new SubjectVersion(subject, version, id, new SchemaText(schema, references), false);
    }
  }

  /**
   * A version was deleted.
   *
   * @param permanent it is gone; otherwise it is only hidden
   */
  record VersionDeleted(String subject, int version, boolean permanent) implements RegistryEvent {}

  /**
   * A compatibility level was set.
   *
   * @param subject null for the whole registry
   * @param level null takes the setting away again
   */
  record LevelSet(@Nullable String subject, @Nullable CompatibilityLevel level)
      implements RegistryEvent {}

  /**
   * A mode was set.
   *
   * @param subject null for the whole registry
   * @param mode null takes the setting away again
   */
  record ModeSet(@Nullable String subject, @Nullable Mode mode) implements RegistryEvent {}
}
