package dev.prefstream.embedded;

import dev.prefstream.embedded.registry.RegistryRoutes;
import dev.prefstream.embedded.registry.SchemaRegistry;
import dev.prefstream.runtime.service.PortInUseException;
import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry in this process that answers the REST calls of Confluent's, for Avro, on
 * 127.0.0.1 without encryption or authentication. Its state is {@code registry.jsonl} in the data
 * directory: every change is on disk before it is answered, so it outlives the process, also when
 * that is killed.
 *
 * <p>Safe for use by many threads.
 */
public final class EmbeddedRegistry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedRegistry.class);
  private static final String FILE = "registry.jsonl";
  private static final int MAX_THREADS = 16;

  private final DataDir dataDir;
  private final SchemaRegistry registry;
  private final Javalin server;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedRegistry(DataDir dataDir, SchemaRegistry registry, Javalin server) {
    this.dataDir = dataDir;
    this.registry = registry;
    this.server = server;
    this.port = server.port();
  }

  /**
   * Starts a registry and blocks until it serves.
   *
   * @param dataDir folder for its state, created where missing
   * @param port port for clients; 0 takes a free one
   * @throws PortInUseException when the port is taken
   * @throws EmbeddedFailureException when the folder cannot be written, another process uses it, or
   *     the registry's file is damaged
   */
  public static EmbeddedRegistry start(Path dataDir, int port) {
    DataDir folder = DataDir.open(dataDir, "registry");
    SchemaRegistry registry;
    try {
      registry = SchemaRegistry.open(folder.path().resolve(FILE));
    } catch (IOException e) {
      folder.close();
      throw new EmbeddedFailureException(
          "cannot open the schema registry in %s: %s".formatted(folder.path(), e.getMessage()), e);
    }
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.prefer405over404 = true;
              config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, 4);
              // Subjects may hold a slash, which clients send as %2F.
              config.jetty.modifyHttpConfiguration(
                  http -> http.setUriCompliance(UriCompliance.LEGACY));
              config.jetty.modifyServletContextHandler(
                  handler -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
              RegistryRoutes.add(config.routes, registry);
            });
    try {
      server.start(BoundSockets.HOST, port);
    } catch (JavalinBindException e) {
      server.stop();
      close(registry, folder);
      throw new PortInUseException(BoundSockets.HOST, port, EmbeddedOptions.REGISTRY_PORT.key(), e);
    }
    log.atInfo()
        .addKeyValue("port", server.port())
        .addKeyValue("dataDir", folder.path())
        .log("embedded schema registry serves");
    return new EmbeddedRegistry(folder, registry, server);
  }

  /** Address for clients. */
  public String url() {
    return "http://" + BoundSockets.HOST + ":" + port;
  }

  /** Stops the registry and frees port and folder. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.stop();
      close(registry, dataDir);
    }
  }

  private static void close(SchemaRegistry registry, DataDir folder) {
    try {
      registry.close();
    } catch (IOException e) {
      log.atWarn().setCause(e).log("the registry's file did not close; its content is on disk");
    } finally {
      folder.close();
    }
  }
}
