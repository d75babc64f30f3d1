package dev.prefstream.embedded.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The registry as a state machine. Methods that return a {@link Change} decide and change nothing;
 * {@link #apply} makes what was decided so. Not for use by several threads at once.
 */
final class RegistryState {

  private final Subjects subjects = new Subjects();
  private final Settings settings = new Settings();
  private final AvroSchemas schemas = new AvroSchemas(subjects);

  Subjects subjects() {
    return subjects;
  }

  Settings settings() {
    return settings;
  }

  AvroSchemas schemas() {
    return schemas;
  }

  void apply(RegistryEvent event) {
    if (event instanceof RegistryEvent.Registered registered) {
      subjects.apply(registered);
    } else if (event instanceof RegistryEvent.VersionDeleted deleted) {
      subjects.apply(deleted);
    } else if (event instanceof RegistryEvent.LevelSet levelSet) {
      settings.apply(levelSet);
    } else if (event instanceof RegistryEvent.ModeSet modeSet) {
      settings.apply(modeSet);
    }
  }

  /**
   * A version by number or the latest one.
   *
   * @throws RegistryException 40401 or 40402
   */
  SubjectVersion version(String subject, VersionId version, Deleted filter) {
    return subjects
        .find(subject, version, filter)
        .orElseThrow(
            () ->
                subjects.has(subject, filter)
                    ? RegistryException.versionNotFound(version)
                    : RegistryException.subjectNotFound(subject));
  }

  /**
   * The version of a subject that has this schema, the last one when several do.
   *
   * @throws RegistryException 40401 or 40403, or 42201 for a schema that cannot be read
   */
  SubjectVersion lookup(String subject, SchemaText schema, boolean normalize, Deleted filter) {
    if (!subjects.has(subject, filter)) {
      throw RegistryException.subjectNotFound(subject);
    }
    return find(subject, read(schema, normalize), filter)
        .orElseThrow(RegistryException::schemaNotFound);
  }

  /**
   * Makes a schema a version of a subject; the answer is its id. A schema that the subject has
   * already changes nothing.
   *
   * @throws RegistryException 409, 42201, 42205 or 42208
   */
  Change<Integer> register(String subject, SchemaText schema, boolean normalize) {
    SubjectNames.requireValid(subject);
    AvroSchema candidate = read(schema, normalize);
    Optional<SubjectVersion> same = find(subject, candidate, Deleted.HIDDEN);
    if (same.isPresent()) {
      return new Change<>(List.of(), same.get().id());
    }
    settings.requireWritable(subject);
    List<String> reasons =
        schemas.incompatibilities(
            candidate, subjects.versions(subject, Deleted.HIDDEN), settings.level(subject));
    if (!reasons.isEmpty()) {
      throw RegistryException.incompatible(subject, reasons);
    }
    SchemaText text = AvroSchemas.text(candidate);
    int id = subjects.idFor(text);
    return new Change<>(
        List.of(
            new RegistryEvent.Registered(
                subject, subjects.nextVersion(subject), id, text.text(), text.references())),
        id);
  }

  /**
   * Why a schema could not be registered; empty when it could.
   *
   * @param version the only version to compare with; null for those that the level demands
   * @throws RegistryException 40402 when a numbered version does not exist, or 42201
   */
  List<String> incompatibilities(
      String subject, SchemaText schema, boolean normalize, @Nullable VersionId version) {
    AvroSchema candidate = read(schema, normalize);
    List<SubjectVersion> earlier =
        version == null
            ? subjects.versions(subject, Deleted.HIDDEN)
            : subjects.find(subject, version, Deleted.HIDDEN).stream().toList();
    if (version != null && earlier.isEmpty() && !version.isLatest()) {
      throw RegistryException.versionNotFound(version);
    }
    return schemas.incompatibilities(candidate, earlier, settings.level(subject));
  }

  /**
   * Hides all versions of a subject, or forgets the hidden ones; the answer is their numbers.
   *
   * @throws RegistryException 40401, 40404, 40405, 42205 or 42206
   */
  Change<List<Integer>> deleteSubject(String subject, boolean permanent) {
    settings.requireWritable(subject);
    if (!subjects.has(subject, Deleted.INCLUDED)) {
      throw RegistryException.subjectNotFound(subject);
    }
    if (permanent && subjects.has(subject, Deleted.HIDDEN)) {
      throw RegistryException.subjectNotDeleted(subject);
    }
    if (!permanent && !subjects.has(subject, Deleted.HIDDEN)) {
      throw RegistryException.subjectDeleted(subject);
    }
    List<SubjectVersion> versions =
        subjects.versions(subject, permanent ? Deleted.ONLY : Deleted.HIDDEN);
    List<RegistryEvent> events = new ArrayList<>();
    for (SubjectVersion version : versions) {
      requireUnreferenced(version, permanent);
      events.add(new RegistryEvent.VersionDeleted(subject, version.version(), permanent));
    }
    events.addAll(settings.forget(subject));
    return new Change<>(events, versions.stream().map(SubjectVersion::version).toList());
  }

  /**
   * Hides a version, or forgets a hidden one; the answer is its number.
   *
   * @throws RegistryException 40401, 40402, 40406, 40407, 42205 or 42206
   */
  Change<Integer> deleteVersion(String subject, VersionId id, boolean permanent) {
    settings.requireWritable(subject);
    SubjectVersion version =
        version(subject, id, id.isLatest() && !permanent ? Deleted.HIDDEN : Deleted.INCLUDED);
    if (permanent && !version.deleted()) {
      throw RegistryException.versionNotDeleted(subject, version.version());
    }
    if (!permanent && version.deleted()) {
      throw RegistryException.versionDeleted(subject, version.version());
    }
    requireUnreferenced(version, permanent);
    List<RegistryEvent> events = new ArrayList<>();
    events.add(new RegistryEvent.VersionDeleted(subject, version.version(), permanent));
    if (!permanent && subjects.versions(subject, Deleted.HIDDEN).size() == 1) {
      events.addAll(settings.forget(subject));
    }
    return new Change<>(events, version.version());
  }

  private AvroSchema read(SchemaText schema, boolean normalize) {
    AvroSchema parsed = schemas.parse(schema);
    return normalize ? parsed.normalize() : parsed;
  }

  private Optional<SubjectVersion> find(String subject, AvroSchema schema, Deleted filter) {
    SchemaText text = AvroSchemas.text(schema);
    List<SubjectVersion> versions = subjects.versions(subject, filter);
    Optional<SubjectVersion> same =
        versions.stream().filter(version -> version.schema().equals(text)).reduce((a, b) -> b);
    if (same.isPresent() || !text.references().isEmpty()) {
      return same;
    }
    // A serialiser knows a schema with the referred types written out.
    return versions.stream()
        .filter(version -> !version.schema().references().isEmpty())
        .filter(version -> schemas.parse(version.schema()).rawSchema().equals(schema.rawSchema()))
        .reduce((a, b) -> b);
  }

  private void requireUnreferenced(SubjectVersion version, boolean permanent) {
    // What is hidden can still be read by its id, so it keeps what it refers to.
    Deleted filter = permanent ? Deleted.INCLUDED : Deleted.HIDDEN;
    if (!subjects.referrers(version.subject(), version.version(), filter).isEmpty()) {
      throw RegistryException.referenced(version.subject(), version.version());
    }
  }
}
