package dev.prefstream.embedded.registry;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Paths below {@code /compatibility}. */
final class CompatibilityRoutes {

  private final SchemaRegistry registry;

  CompatibilityRoutes(SchemaRegistry registry) {
    this.registry = registry;
  }

  void add(RoutesConfig routes) {
    routes.post("/compatibility/subjects/{subject}/versions", context -> check(context, null));
    routes.post(
        "/compatibility/subjects/{subject}/versions/{version}",
        context -> check(context, Requests.version(context)));
  }

  private void check(Context context, @Nullable VersionId version) {
    SchemaText text = Requests.body(context, Requests.SchemaBody.class).text();
    boolean normalize = Requests.flag(context, "normalize");
    String subject = Requests.subject(context);
    List<String> reasons =
        registry.ask(state -> state.incompatibilities(subject, text, normalize, version));
    Answers.json(
        context,
        new Answers.Compatibility(
            reasons.isEmpty(), Requests.flag(context, "verbose") ? reasons : null));
  }
}
