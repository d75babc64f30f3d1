package dev.prefstream.embedded.registry;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Paths below {@code /schemas}. */
final class SchemaRoutes {

  private final SchemaRegistry registry;

  SchemaRoutes(SchemaRegistry registry) {
    this.registry = registry;
  }

  void add(RoutesConfig routes) {
    routes.get("/schemas", this::list);
    routes.get("/schemas/types", context -> Answers.json(context, List.of("AVRO")));
    routes.get("/schemas/ids/{id}", this::schema);
    routes.get(
        "/schemas/ids/{id}/schema",
        context -> Answers.text(context, registry.ask(state -> text(state, context))));
    routes.get(
        "/schemas/ids/{id}/subjects",
        context ->
            Answers.json(
                context, uses(context).stream().map(SubjectVersion::subject).distinct().toList()));
    routes.get(
        "/schemas/ids/{id}/versions",
        context ->
            Answers.json(
                context,
                uses(context).stream()
                    .map(use -> new Answers.Use(use.subject(), use.version()))
                    .toList()));
  }

  private void list(Context context) {
    String given = context.queryParam("subjectPrefix");
    String prefix = given == null ? "" : SubjectNames.prefix(given);
    Deleted filter = Requests.deleted(context);
    List<SubjectVersion> versions =
        registry.ask(
            state ->
                state
                    .subjects()
                    .all()
                    .filter(filter)
                    .filter(version -> version.subject().startsWith(prefix))
                    .toList());
    if (Requests.flag(context, "latestOnly")) {
      versions =
          List.copyOf(
              versions.stream()
                  .collect(
                      Collectors.toMap(
                          SubjectVersion::subject, Function.identity(), (a, b) -> b, TreeMap::new))
                  .values());
    }
    Answers.json(
        context, Requests.page(context, versions.stream().map(Answers.Version::of).toList()));
  }

  private void schema(Context context) {
    int id = id(context);
    boolean withMaxId = Requests.flag(context, "fetchMaxId");
    Answers.json(
        context,
        registry.ask(
            state ->
                new Answers.Schema(
                    text(state, context),
                    stored(state, id).references(),
                    withMaxId ? state.subjects().lastId() : null)));
  }

  /** The text in the format that the query asks for; {@code resolved} writes references out. */
  private static String text(RegistryState state, Context context) {
    SchemaText stored = stored(state, id(context));
    String format = context.queryParam("format");
    return format == null || format.isEmpty()
        ? stored.text()
        : state.schemas().parse(stored).formattedString(format);
  }

  private List<SubjectVersion> uses(Context context) {
    int id = id(context);
    Deleted filter = Requests.deleted(context);
    return registry.ask(
        state -> {
          stored(state, id);
          return state.subjects().uses(id, filter);
        });
  }

  private static SchemaText stored(RegistryState state, int id) {
    return state.subjects().schema(id).orElseThrow(() -> RegistryException.schemaNotFound(id));
  }

  private static int id(Context context) {
    try {
      return Integer.parseInt(context.pathParam("id"));
    } catch (NumberFormatException e) {
      throw RegistryException.http(404, "Not Found");
    }
  }
}
