package dev.prefstream.embedded.registry;

import io.confluent.kafka.schemaregistry.CompatibilityChecker;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;

/**
 * Reads and compares Avro schemas with Confluent's own {@link AvroSchema}, so that texts, ids and
 * reasons are those that its clients expect. Compatibility is Avro's {@code SchemaCompatibility}.
 */
final class AvroSchemas {

  private final Subjects subjects;

  AvroSchemas(Subjects subjects) {
    this.subjects = subjects;
  }

  /**
   * Reads a schema.
   *
   * @throws RegistryException 42201 when it is no Avro schema or a reference is not registered
   */
  AvroSchema parse(SchemaText schema) {
    if (schema.text().isBlank()) {
      throw RegistryException.invalidSchema("Empty schema", null);
    }
    Map<String, String> resolved = new LinkedHashMap<>();
    List<Reference> references = resolve(schema.references(), resolved);
    try {
      return new AvroSchema(
          schema.text(),
          references.stream()
              .map(r -> new SchemaReference(r.name(), r.subject(), r.version()))
              .toList(),
          resolved,
          null);
    } catch (AvroRuntimeException | IllegalArgumentException | NullPointerException e) {
      // Avro throws the last two for some texts that are JSON and no schema.
      throw RegistryException.invalidSchema(
          "Invalid schema of type AVRO, details: " + e.getMessage(), e);
    }
  }

  /** The schema as the registry keeps it: without layout, references with numbers. */
  static SchemaText text(AvroSchema schema) {
    return new SchemaText(
        schema.canonicalString(),
        schema.references().stream()
            .map(r -> new Reference(r.getName(), r.getSubject(), r.getVersion()))
            .toList());
  }

  /**
   * Why a schema does not fit those before it; empty when it does.
   *
   * @param earlier in the order of registration
   */
  List<String> incompatibilities(
      AvroSchema schema, List<SubjectVersion> earlier, CompatibilityLevel level) {
    List<AvroSchema> previous =
        earlier.stream().map(version -> parse(version.schema()).copy(version.version())).toList();
    List<String> found =
        new ArrayList<>(CompatibilityChecker.checker(level).isCompatible(schema, previous));
    if (!found.isEmpty()) {
      found.add("{compatibility: '" + level.name + "'}");
    }
    return found;
  }

  /**
   * Adds to {@code resolved} the texts of all schemas referred to, each after those that it needs
   * itself, by name of the reference.
   *
   * @return the references with "latest" replaced by a number
   */
  private List<Reference> resolve(List<Reference> references, Map<String, String> resolved) {
    List<Reference> numbered = new ArrayList<>();
    for (Reference reference : references) {
      SubjectVersion target =
          subjects
              .find(reference.subject(), new VersionId(reference.version()), Deleted.INCLUDED)
              .orElseThrow(
                  () ->
                      RegistryException.invalidSchema(
                          "Invalid schema of type AVRO, details: no schema is registered for reference \"%s\" (subject \"%s\", version %d)"
                              .formatted(
                                  reference.name(), reference.subject(), reference.version()),
                          null));
      numbered.add(new Reference(reference.name(), target.subject(), target.version()));
      if (!resolved.containsKey(reference.name())) {
        resolve(target.schema().references(), resolved);
        resolved.put(reference.name(), target.schema().text());
      }
    }
    return numbered;
  }
}
