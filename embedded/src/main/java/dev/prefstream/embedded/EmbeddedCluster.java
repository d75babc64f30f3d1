package dev.prefstream.embedded;

import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.service.PortInUseException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * An embedded broker and schema registry that belong together and share one data directory: all
 * that Prefstream's services need to run in one process.
 */
public final class EmbeddedCluster implements AutoCloseable {

  private final EmbeddedKafka kafka;
  private final EmbeddedRegistry registry;

  private EmbeddedCluster(EmbeddedKafka kafka, EmbeddedRegistry registry) {
    this.kafka = kafka;
    this.registry = registry;
  }

  /**
   * Starts both and blocks until they serve.
   *
   * @param dataDir folder for the state of both, created where missing
   * @param kafkaPort port of the broker; 0 takes a free one
   * @param registryPort port of the registry; 0 takes a free one
   * @throws PortInUseException when one of the ports is taken
   * @throws EmbeddedFailureException when the folder cannot be written or another process uses it,
   *     or when the broker does not start
   */
  public static EmbeddedCluster start(Path dataDir, int kafkaPort, int registryPort) {
    EmbeddedRegistry registry = EmbeddedRegistry.start(dataDir, registryPort);
    try {
      return new EmbeddedCluster(EmbeddedKafka.start(dataDir, kafkaPort), registry);
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  /** Address of the broker for clients, as {@code host:port}. */
  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Address of the registry for clients. */
  public String registryUrl() {
    return registry.url();
  }

  /** Configuration values, by key, that point an installation at this cluster. */
  public Map<String, String> configuration() {
    return Map.of(
        KafkaOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers(),
        KafkaOptions.REGISTRY_URL.key(), registryUrl(),
        KafkaOptions.REPLICATION.key(), "1");
  }

  /** See {@link EmbeddedKafka#failure()}. */
  public CompletionStage<EmbeddedFailureException> failure() {
    return kafka.failure();
  }

  /** Stops both. Blocks for about a second. Idempotent. */
  @Override
  public void close() {
    kafka.close();
    registry.close();
  }
}
