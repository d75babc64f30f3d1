package dev.prefstream.runtime.service;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Answers {@code /livez} (200 unless a service FAILED), {@code /readyz} (200 when all are READY)
 * and {@code /metrics} (Prometheus text). The bodies of the probes name each service and its state.
 */
public final class ProbeServer implements AutoCloseable {

  private final Javalin server;

  private ProbeServer(Javalin server) {
    this.server = server;
  }

  /**
   * Starts listening.
   *
   * @throws PortInUseException when the port is taken
   */
  public static ProbeServer start(
      String host,
      int port,
      Collection<? extends Service> services,
      PrometheusMeterRegistry registry) {
    return start(host, port, services, registry, routes -> {});
  }

  /**
   * Starts listening, for more than probes.
   *
   * @param more adds routes of its own
   * @throws PortInUseException when the port is taken
   */
  public static ProbeServer start(
      String host,
      int port,
      Collection<? extends Service> services,
      PrometheusMeterRegistry registry,
      Consumer<RoutesConfig> more) {
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.routes.get(
                  "/livez",
                  context -> probe(context, services, state -> state != Health.State.FAILED));
              config.routes.get(
                  "/readyz",
                  context -> probe(context, services, state -> state == Health.State.READY));
              config.routes.get(
                  "/metrics",
                  context ->
                      context
                          .contentType("text/plain; version=0.0.4; charset=utf-8")
                          .result(registry.scrape()));
              more.accept(config.routes);
            });
    try {
      server.start(host, port);
    } catch (JavalinBindException e) {
      throw new PortInUseException(host, port, "http.port", e);
    }
    return new ProbeServer(server);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static void probe(
      Context context, Collection<? extends Service> services, Predicate<Health.State> good) {
    boolean ok = services.stream().allMatch(service -> good.test(service.health().state()));
    String lines =
        services.stream()
            .map(
                service ->
                    "%s %s %s"
                        .formatted(
                            service.name(), service.health().state(), service.health().detail()))
            .collect(Collectors.joining("\n", "", "\n"));
    context.status(ok ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).result(lines);
  }
}
