package dev.prefstream.embedded.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every version of every subject, and the schemas by id. */
final class Subjects {

  private final NavigableMap<String, NavigableMap<Integer, SubjectVersion>> subjects =
      new TreeMap<>();
  private final Map<Integer, SchemaText> schemas = new HashMap<>();
  private final Map<SchemaText, Integer> ids = new HashMap<>();
  private int lastId;

  /** All versions of all subjects, by subject and version. */
  Stream<SubjectVersion> all() {
    return subjects.values().stream().flatMap(versions -> versions.values().stream());
  }

  /** Versions of a subject in their order; empty when there is no such subject. */
  List<SubjectVersion> versions(String subject, Deleted filter) {
    return versions(subject).values().stream().filter(filter).toList();
  }

  boolean has(String subject, Deleted filter) {
    return versions(subject).values().stream().anyMatch(filter);
  }

  Optional<SubjectVersion> find(String subject, VersionId version, Deleted filter) {
    NavigableMap<Integer, SubjectVersion> versions = versions(subject);
    return version.isLatest()
        ? versions.descendingMap().values().stream().filter(filter).findFirst()
        : Optional.ofNullable(versions.get(version.number())).filter(filter);
  }

  Optional<SchemaText> schema(int id) {
    return Optional.ofNullable(schemas.get(id));
  }

  /** Versions with that id, by subject and version. */
  List<SubjectVersion> uses(int id, Deleted filter) {
    return all().filter(version -> version.id() == id).filter(filter).toList();
  }

  /** Versions whose schema refers to that version. */
  List<SubjectVersion> referrers(String subject, int version, Deleted filter) {
    return all()
        .filter(filter)
        .filter(
            user ->
                user.schema().references().stream()
                    .anyMatch(
                        reference ->
                            reference.subject().equals(subject) && reference.version() == version))
        .toList();
  }

  /** The id a schema has, or the next free one. Ids are never given again. */
  int idFor(SchemaText schema) {
    Integer known = ids.get(schema);
    return known == null ? lastId + 1 : known;
  }

  /** Highest id given so far; 0 when none was. */
  int lastId() {
    return lastId;
  }

  /** Number of a new version of a subject. */
  int nextVersion(String subject) {
    NavigableMap<Integer, SubjectVersion> versions = versions(subject);
    return versions.isEmpty() ? 1 : versions.lastKey() + 1;
  }

  void apply(RegistryEvent.Registered event) {
    SubjectVersion added = event.subjectVersion();
    subjects
        .computeIfAbsent(added.subject(), subject -> new TreeMap<>())
        .put(added.version(), added);
    schemas.put(added.id(), added.schema());
    ids.put(added.schema(), added.id());
    lastId = Math.max(lastId, added.id());
  }

  void apply(RegistryEvent.VersionDeleted event) {
    NavigableMap<Integer, SubjectVersion> versions = versions(event.subject());
    SubjectVersion version = versions.get(event.version());
    if (version == null) {
      return;
    }
    if (!event.permanent()) {
      versions.put(version.version(), version.asDeleted());
      return;
    }
    versions.remove(version.version());
    if (versions.isEmpty()) {
      subjects.remove(event.subject());
    }
    if (uses(version.id(), Deleted.INCLUDED).isEmpty()) {
      schemas.remove(version.id());
      ids.remove(version.schema());
    }
  }

  private NavigableMap<Integer, SubjectVersion> versions(String subject) {
    return subjects.getOrDefault(subject, new TreeMap<>());
  }
}
