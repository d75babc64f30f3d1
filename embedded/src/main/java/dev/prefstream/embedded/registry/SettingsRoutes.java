package dev.prefstream.embedded.registry;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Paths below {@code /config} and {@code /mode}, for the registry and for single subjects. */
final class SettingsRoutes {

  private final SchemaRegistry registry;

  SettingsRoutes(SchemaRegistry registry) {
    this.registry = registry;
  }

  void add(RoutesConfig routes) {
    routes.get(
        "/config", context -> level(context, registry.ask(state -> state.settings().level())));
    routes.put("/config", context -> setLevel(context, null));
    routes.delete("/config", context -> unsetLevel(context, null));
    routes.get("/config/{subject}", this::subjectLevel);
    routes.put("/config/{subject}", context -> setLevel(context, Requests.subject(context)));
    routes.delete("/config/{subject}", context -> unsetLevel(context, Requests.subject(context)));

    routes.get("/mode", context -> mode(context, registry.ask(state -> state.settings().mode())));
    routes.put("/mode", context -> setMode(context, null));
    routes.delete("/mode", context -> unsetMode(context, null));
    routes.get("/mode/{subject}", this::subjectMode);
    routes.put("/mode/{subject}", context -> setMode(context, Requests.subject(context)));
    routes.delete("/mode/{subject}", context -> unsetMode(context, Requests.subject(context)));
  }

  private void subjectLevel(Context context) {
    String subject = Requests.subject(context);
    Optional<CompatibilityLevel> found =
        registry.ask(
            state ->
                Requests.flag(context, "defaultToGlobal")
                    ? Optional.of(state.settings().level(subject))
                    : state.settings().ownLevel(subject));
    level(context, found.orElseThrow(() -> RegistryException.noOwnLevel(subject)));
  }

  private void setLevel(Context context, @Nullable String subject) {
    String given = Requests.body(context, Requests.LevelBody.class).compatibility();
    CompatibilityLevel level = given == null ? null : CompatibilityLevel.forName(given);
    if (level == null) {
      throw RegistryException.invalidLevel();
    }
    registry.change(state -> state.settings().setLevel(subject, level));
    Answers.json(context, Map.of("compatibility", level.name));
  }

  private void unsetLevel(Context context, @Nullable String subject) {
    level(context, registry.change(state -> state.settings().setLevel(subject, null)));
  }

  private void subjectMode(Context context) {
    String subject = Requests.subject(context);
    Optional<Mode> found =
        registry.ask(
            state ->
                Requests.flag(context, "defaultToGlobal")
                    ? Optional.of(state.settings().mode(subject))
                    : state.settings().ownMode(subject));
    mode(context, found.orElseThrow(() -> RegistryException.noOwnMode(subject)));
  }

  private void setMode(Context context, @Nullable String subject) {
    String given = Requests.body(context, Requests.ModeBody.class).mode();
    Mode mode =
        Arrays.stream(Mode.values())
            .filter(value -> value.name().equalsIgnoreCase(given))
            .findFirst()
            .orElseThrow(RegistryException::invalidMode);
    mode(context, registry.change(state -> state.settings().setMode(subject, mode)));
  }

  private void unsetMode(Context context, @Nullable String subject) {
    mode(context, registry.change(state -> state.settings().setMode(subject, null)));
  }

  private static void level(Context context, CompatibilityLevel level) {
    Answers.json(context, new Answers.Level(level.name));
  }

  private static void mode(Context context, Mode mode) {
    Answers.json(context, new Answers.ModeIs(mode));
  }
}
