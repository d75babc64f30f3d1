package dev.prefstream.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.prefstream.runtime.service.PortInUseException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in this process, its own KRaft controller, listening on 127.0.0.1 without
 * encryption or authentication. Its state is in the data directory and outlives the process, also
 * when that is killed; one process at a time may use a directory.
 *
 * <p>Safe for use by many threads.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final DataDir dataDir;
  private final BoundSockets sockets;
  private final BrokerFaults faults;
  private final RaftNode node;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedKafka(DataDir dataDir, BoundSockets sockets, BrokerFaults faults, RaftNode node) {
    this.dataDir = dataDir;
    this.sockets = sockets;
    this.faults = faults;
    this.node = node;
    this.port = sockets.clientPort();
  }

  /** {@link #start(Path, int, Map)} without further properties. */
  public static EmbeddedKafka start(Path dataDir, int port) {
    return start(dataDir, port, Map.of());
  }

  /**
   * Starts a broker and blocks until it serves, about 3 s, or longer when a killed process left
   * much data to check.
   *
   * @param dataDir folder for its state, created where missing, formatted when fresh
   * @param port port for clients; 0 takes a free one
   * @param properties further broker properties by Kafka's names; they win over the built-in ones
   * @throws PortInUseException when the port is taken
   * @throws EmbeddedFailureException when the folder cannot be written or another process uses it,
   *     or when the broker does not start
   */
  public static EmbeddedKafka start(Path dataDir, int port, Map<String, String> properties) {
    long start = System.nanoTime();
    DataDir folder = DataDir.open(dataDir, "kafka");
    BoundSockets sockets = null;
    try {
      sockets = BoundSockets.bind(port);
      Path logDir = folder.path().resolve("kafka");
      KafkaConfig config =
          settings(
              BrokerSettings.of(
                  logDir, sockets.clientPort(), sockets.controllerPort(), properties));
      formatWhenFresh(logDir);
      BrokerFaults faults = new BrokerFaults();
      BoundSockets bound = sockets;
      RaftNode node =
          await(
              faults,
              "embedded-kafka-start",
              START_LIMIT,
              () -> RaftNode.start(config, faults, bound));
      log.atInfo()
          .addKeyValue("port", sockets.clientPort())
          .addKeyValue("dataDir", folder.path())
          .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          .log("embedded broker serves");
      return new EmbeddedKafka(folder, sockets, faults, node);
    } catch (RuntimeException e) {
      if (sockets != null) {
        sockets.close();
      }
      folder.close();
      throw e;
    }
  }

  /** Address for clients, as {@code host:port}. */
  public String bootstrapServers() {
    return BoundSockets.HOST + ":" + port;
  }

  /**
   * Completes when the broker stops serving by itself, with the reason; never when it is closed.
   * The broker must still be closed then.
   */
  public CompletionStage<EmbeddedFailureException> failure() {
    return faults.failure().minimalCompletionStage();
  }

  /** Stops the broker and frees port and folder. Blocks for about a second. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      await(
          faults,
          "embedded-kafka-stop",
          STOP_LIMIT,
          () -> {
            node.stop();
            return true;
          });
    } catch (EmbeddedFailureException e) {
      log.atWarn().setCause(e).log("embedded broker did not stop cleanly; it will check its data");
    } finally {
      sockets.close();
      dataDir.close();
    }
  }

  private static KafkaConfig settings(Properties properties) {
    try {
      return new KafkaConfig(properties, false);
    } catch (ConfigException | IllegalArgumentException e) {
      throw new EmbeddedFailureException(
          "Kafka refuses a broker property: %s: correct or remove it".formatted(e.getMessage()), e);
    }
  }

  private static void formatWhenFresh(Path logDir) {
    // Kafka writes this file last and in one step: where it is, formatting was finished.
    if (Files.exists(logDir.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(logDir);
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(logDir.toString())
          .setMetadataLogDirectory(logDir.toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .run();
    } catch (Exception e) {
      throw new EmbeddedFailureException(
          "cannot format %s for Kafka (%s): it must be a folder this user can write"
              .formatted(logDir, e),
          e);
    }
  }

  private static <T> T await(
      BrokerFaults faults, String threadName, Duration limit, Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = faults.thread(threadName, future);
    thread.start();
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new EmbeddedFailureException(
          "%s failed: %s".formatted(threadName, e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new EmbeddedFailureException(
          "%s was not done within %d s".formatted(threadName, limit.toSeconds()), e);
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new EmbeddedFailureException(threadName + " was interrupted", e);
    }
  }
}
