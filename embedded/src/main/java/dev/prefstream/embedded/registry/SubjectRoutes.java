package dev.prefstream.embedded.registry;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;

/** Paths below {@code /subjects}. */
final class SubjectRoutes {

  private final SchemaRegistry registry;

  SubjectRoutes(SchemaRegistry registry) {
    this.registry = registry;
  }

  void add(RoutesConfig routes) {
    routes.get("/subjects", this::list);
    routes.post("/subjects/{subject}", this::lookup);
    routes.delete("/subjects/{subject}", this::deleteSubject);
    routes.get("/subjects/{subject}/versions", this::versions);
    routes.post("/subjects/{subject}/versions", this::register);
    routes.get(
        "/subjects/{subject}/versions/{version}",
        context -> Answers.json(context, Answers.Version.of(version(context))));
    routes.get(
        "/subjects/{subject}/versions/{version}/schema",
        context -> Answers.text(context, version(context).schema().text()));
    routes.get("/subjects/{subject}/versions/{version}/referencedby", this::referencedBy);
    routes.delete("/subjects/{subject}/versions/{version}", this::deleteVersion);
  }

  private void list(Context context) {
    String given = context.queryParam("subjectPrefix");
    String prefix = given == null ? "" : SubjectNames.prefix(given);
    Deleted filter = Requests.deleted(context);
    List<String> names =
        registry.ask(
            state ->
                state
                    .subjects()
                    .all()
                    .filter(filter)
                    .map(SubjectVersion::subject)
                    .filter(name -> name.startsWith(prefix))
                    .distinct()
                    .toList());
    Answers.json(context, Requests.page(context, names));
  }

  private void lookup(Context context) {
    SchemaText text = Requests.body(context, Requests.SchemaBody.class).text();
    boolean normalize = Requests.flag(context, "normalize");
    String subject = Requests.subject(context);
    Deleted filter = Requests.deleted(context);
    SubjectVersion found = registry.ask(state -> state.lookup(subject, text, normalize, filter));
    Answers.json(context, Answers.Version.of(found));
  }

  private void versions(Context context) {
    String subject = Requests.subject(context);
    Deleted filter = Requests.deleted(context);
    List<Integer> versions =
        registry.ask(
            state -> {
              if (!state
                  .subjects()
                  .has(subject, filter == Deleted.ONLY ? Deleted.INCLUDED : filter)) {
                throw RegistryException.subjectNotFound(subject);
              }
              return state.subjects().versions(subject, filter).stream()
                  .map(SubjectVersion::version)
                  .toList();
            });
    Answers.json(context, Requests.page(context, versions));
  }

  private void register(Context context) {
    SchemaText text = Requests.body(context, Requests.SchemaBody.class).text();
    boolean normalize = Requests.flag(context, "normalize");
    String subject = Requests.subject(context);
    Answers.json(
        context,
        new Answers.Id(registry.change(state -> state.register(subject, text, normalize))));
  }

  private SubjectVersion version(Context context) {
    String subject = Requests.subject(context);
    VersionId version = Requests.version(context);
    Deleted filter = Requests.deleted(context);
    return registry.ask(state -> state.version(subject, version, filter));
  }

  private void referencedBy(Context context) {
    String subject = Requests.subject(context);
    VersionId id = Requests.version(context);
    List<Integer> referrers =
        registry.ask(
            state -> {
              SubjectVersion version = state.version(subject, id, Deleted.INCLUDED);
              return state.subjects().referrers(subject, version.version(), Deleted.HIDDEN).stream()
                  .map(SubjectVersion::id)
                  .distinct()
                  .sorted()
                  .toList();
            });
    Answers.json(context, referrers);
  }

  private void deleteSubject(Context context) {
    String subject = Requests.subject(context);
    boolean permanent = Requests.flag(context, "permanent");
    Answers.json(context, registry.change(state -> state.deleteSubject(subject, permanent)));
  }

  private void deleteVersion(Context context) {
    String subject = Requests.subject(context);
    VersionId version = Requests.version(context);
    boolean permanent = Requests.flag(context, "permanent");
    Answers.json(
        context, registry.change(state -> state.deleteVersion(subject, version, permanent)));
  }
}
