package dev.prefstream.embedded.registry;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compatibility levels and modes: one for the whole registry, and those that subjects have. */
final class Settings {

  private static final CompatibilityLevel DEFAULT_LEVEL = CompatibilityLevel.BACKWARD;

  private final Map<String, CompatibilityLevel> levels = new HashMap<>();
  private final Map<String, Mode> modes = new HashMap<>();
  private CompatibilityLevel level = DEFAULT_LEVEL;
  private Mode mode = Mode.READWRITE;

  CompatibilityLevel level() {
    return level;
  }

  Optional<CompatibilityLevel> ownLevel(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  /** The level that applies to a subject: its own, else the registry's. */
  CompatibilityLevel level(String subject) {
    return ownLevel(subject).orElse(level);
  }

  Mode mode() {
    return mode;
  }

  Optional<Mode> ownMode(String subject) {
    return Optional.ofNullable(modes.get(subject));
  }

  /** The mode that applies to a subject. */
  Mode mode(String subject) {
    return mode == Mode.READONLY_OVERRIDE ? mode : ownMode(subject).orElse(mode);
  }

  /**
   * Refuses changes under a subject whose mode forbids them.
   *
   * @throws RegistryException 42205
   */
  void requireWritable(String subject) {
    if (mode(subject).readOnly()) {
      throw RegistryException.notPermitted("Subject " + subject + " is in read-only mode");
    }
  }

  /**
   * Sets the level of a subject, or takes it away.
   *
   * @param subject null for the whole registry
   * @param changed null takes it away: the registry's level, or for the registry {@code BACKWARD},
   *     applies again
   * @return the level set, or the one taken away
   * @throws RegistryException 40401 when there is none to take away, 42205 or 42208
   */
  Change<CompatibilityLevel> setLevel(
      @Nullable String subject, @Nullable CompatibilityLevel changed) {
    CompatibilityLevel answer =
        changed != null
            ? changed
            : subject == null
                ? level
                : ownLevel(subject).orElseThrow(() -> RegistryException.subjectNotFound(subject));
    if (subject != null) {
      SubjectNames.requireValid(subject);
      requireWritable(subject);
    } else if (mode.readOnly()) {
      throw RegistryException.notPermitted("The registry is in read-only mode");
    }
    return new Change<>(List.of(new RegistryEvent.LevelSet(subject, changed)), answer);
  }

  /**
   * Sets the mode of a subject, or takes it away.
   *
   * @param subject null for the whole registry
   * @param changed null takes it away: the registry's mode, or for the registry {@code READWRITE},
   *     applies again
   * @return the mode set, or the one taken away
   * @throws RegistryException 40401 when there is none to take away, or 42208
   */
  Change<Mode> setMode(@Nullable String subject, @Nullable Mode changed) {
    Mode answer =
        changed != null
            ? changed
            : subject == null
                ? mode
                : ownMode(subject).orElseThrow(() -> RegistryException.subjectNotFound(subject));
    if (subject != null) {
      SubjectNames.requireValid(subject);
    }
    return new Change<>(List.of(new RegistryEvent.ModeSet(subject, changed)), answer);
  }

  /** What takes a subject's own level and mode away; empty when it has neither. */
  List<RegistryEvent> forget(String subject) {
    List<RegistryEvent> events = new ArrayList<>();
    if (levels.containsKey(subject)) {
      events.add(new RegistryEvent.LevelSet(subject, null));
    }
    if (modes.containsKey(subject)) {
      events.add(new RegistryEvent.ModeSet(subject, null));
    }
    return events;
  }

  void apply(RegistryEvent.LevelSet event) {
    if (event.subject() == null) {
      level = event.level() == null ? DEFAULT_LEVEL : event.level();
    } else {
      put(levels, event.subject(), event.level());
    }
  }

  void apply(RegistryEvent.ModeSet event) {
    if (event.subject() == null) {
      mode = event.mode() == null ? Mode.READWRITE : event.mode();
    } else {
      put(modes, event.subject(), event.mode());
    }
  }

  private static <V> void put(Map<String, V> map, String subject, @Nullable V value) {
    if (value == null) {
      map.remove(subject);
    } else {
      map.put(subject, value);
    }
  }
}
