package dev.prefstream.embedded.registry;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST API: which path asks or changes what. */
public final class RegistryRoutes {

  private static final Logger log = LoggerFactory.getLogger(RegistryRoutes.class);

  private RegistryRoutes() {}

  /** Adds all paths to a server. */
  public static void add(RoutesConfig routes, SchemaRegistry registry) {
    routes.get("/", context -> Answers.json(context, Map.of()));
    routes.get("/contexts", context -> Answers.json(context, List.of(".")));
    new SubjectRoutes(registry).add(routes);
    new SchemaRoutes(registry).add(routes);
    new CompatibilityRoutes(registry).add(routes);
    new SettingsRoutes(registry).add(routes);
    routes.exception(
        RegistryException.class, (refusal, context) -> Answers.failure(context, refusal));
    routes.exception(
        HttpResponseException.class,
        (refusal, context) ->
            Answers.failure(
                context,
                RegistryException.http(refusal.getStatus(), String.valueOf(refusal.getMessage()))));
    routes.exception(Exception.class, RegistryRoutes::unexpected);
  }

  private static void unexpected(Exception failure, Context context) {
    log.atError()
        .addKeyValue("method", context.method())
        .addKeyValue("path", context.path())
        .setCause(failure)
        .log("request failed");
    Answers.failure(context, RegistryException.http(500, "Internal Server Error: " + failure));
  }
}
