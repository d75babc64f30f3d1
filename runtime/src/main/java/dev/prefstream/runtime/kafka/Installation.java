package dev.prefstream.runtime.kafka;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.schemas.AvroSerdes;
import dev.prefstream.schemas.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * One installation of Prefstream on one Kafka cluster: its topic names, its serdes, and what its
 * clients need to connect. Immutable and safe for use by many threads.
 */
public final class Installation {

  /** What a producer may send at once: the largest record of any topic, and room around it. */
  public static final int LARGEST_REQUEST = 12 << 20;

  /** Doubled by the client at each further try, up to a second. */
  private static final int TRANSACTION_RETRY_MILLIS = 5;

  private final String prefix;
  private final String instanceId;
  private final String nameless = UUID.randomUUID().toString();
  private final AvroSerdes serdes;
  private final Map<String, Object> clientConfig;

  private Installation(
      String prefix, String instanceId, AvroSerdes serdes, Map<String, Object> clientConfig) {
    this.prefix = prefix;
    this.instanceId = instanceId;
    this.serdes = serdes;
    this.clientConfig = clientConfig;
  }

  /** The installation that the configuration describes. Connects to nothing. */
  public static Installation of(Configuration configuration) {
    Map<String, Object> client = new HashMap<>(configuration.below(Configuration.KAFKA_PREFIX));
    KafkaOptions.all().stream()
        .filter(option -> option.key().startsWith(Configuration.KAFKA_PREFIX))
        .forEach(
            option -> client.remove(option.key().substring(Configuration.KAFKA_PREFIX.length())));
    client.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        String.join(",", configuration.get(KafkaOptions.BOOTSTRAP_SERVERS)));
    return new Installation(
        configuration.get(KafkaOptions.TOPIC_PREFIX),
        configuration.get(KafkaOptions.INSTANCE_ID),
        new AvroSerdes(
            configuration.get(KafkaOptions.REGISTRY_URL),
            configuration.below(Configuration.REGISTRY_PREFIX)),
        Map.copyOf(client));
  }

  /** Name of the topic on the cluster. */
  public String name(Topic<?> topic) {
    return prefix + topic.name();
  }

  /**
   * Name for something that must be unique on the cluster: a consumer group, an application id, a
   * transactional id.
   */
  public String scoped(String name) {
    return prefix + name;
  }

  /** Static member id for a consumer of that name, where the installation names its instances. */
  public Optional<String> memberId(String consumer) {
    return instanceId.isEmpty() ? Optional.empty() : Optional.of(instanceId + "-" + consumer);
  }

  /**
   * This instance's name. Where none is configured, one that no other has and that ends with this
   * object: what a process leaves open when it is killed is then not known as its own after a
   * restart.
   */
  public String instanceId() {
    return instanceId.isEmpty() ? nameless : instanceId;
  }

  /** What any client needs to connect; a new, mutable map. */
  public Map<String, Object> clientConfig() {
    return new HashMap<>(clientConfig);
  }

  /**
   * What a transactional producer needs to connect, and to go from one transaction to the next
   * without waiting longer than the broker does; a new, mutable map. Right after a commit the
   * broker refuses the next transaction's first requests until its markers are written
   * (CONCURRENT_TRANSACTIONS, KIP-890), and the client's default wait of 100 ms is ten times what
   * that takes.
   */
  public Map<String, Object> transactionalConfig() {
    Map<String, Object> config = clientConfig();
    config.putIfAbsent(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, TRANSACTION_RETRY_MILLIS);
    return config;
  }

  /** A new serialiser for the topic's values. */
  public <V extends SpecificRecord> Serializer<V> serializer(Topic<V> topic) {
    return serdes.serializer(topic);
  }

  /** A new deserialiser for the topic's values that waits out a registry it cannot reach. */
  public <V extends SpecificRecord> Deserializer<V> deserializer(Topic<V> topic) {
    return new PatientDeserializer<>(serdes.deserializer(topic));
  }
}
