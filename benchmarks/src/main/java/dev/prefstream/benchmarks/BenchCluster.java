package dev.prefstream.benchmarks;

import dev.prefstream.cli.KnownOptions;
import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.runtime.streams.StreamsOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker, a registry and the catalogue's topics in this process, with the quickstart's values.
 */
final class BenchCluster implements AutoCloseable {

  /** Of the flow topics. */
  static final int PARTITIONS = 2;

  private final EmbeddedCluster cluster;
  private final Map<String, String> pairs;
  private final Configuration configuration;
  private final Installation installation;

  private BenchCluster(EmbeddedCluster cluster, Map<String, String> pairs) {
    this.cluster = cluster;
    this.pairs = pairs;
    this.configuration = Configuration.load(KnownOptions.all(), null, Map.of(), pairs);
    this.installation = Installation.of(configuration);
  }

  /**
   * @param set configuration keys that are not as in the quickstart
   */
  static BenchCluster start(Path folder, Map<String, String> set) {
    EmbeddedCluster cluster = EmbeddedCluster.start(folder.resolve("cluster"), 0, 0);
    Map<String, String> pairs = new HashMap<>(cluster.configuration());
    pairs.put(KafkaOptions.FLOW_PARTITIONS.key(), Integer.toString(PARTITIONS));
    pairs.put(KafkaOptions.INSTANCE_ID.key(), "bench");
    pairs.put(StreamsOptions.STATE_DIR.key(), folder.resolve("streams").toString());
    pairs.putAll(set);
    BenchCluster started = new BenchCluster(cluster, pairs);
    try (Admin admin = Admin.create(started.installation.clientConfig())) {
      new TopicAdmin(admin, started.installation, PARTITIONS, 1).create();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return started;
  }

  Configuration configuration() {
    return configuration;
  }

  /** The cluster's configuration with some keys set to something else. */
  Configuration configuration(Map<String, String> set) {
    Map<String, String> changed = new HashMap<>(pairs);
    changed.putAll(set);
    return Configuration.load(KnownOptions.all(), null, Map.of(), changed);
  }

  Installation installation() {
    return installation;
  }

  Map<String, Object> clientConfig() {
    return installation.clientConfig();
  }

  /** Creates topics as wide as the flow topics. */
  void createTopics(List<String> names) throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(clientConfig())) {
      admin
          .createTopics(
              names.stream()
                  .map(name -> new NewTopic(name, Optional.of(PARTITIONS), Optional.of((short) 1)))
                  .toList())
          .all()
          .get();
    }
  }

  /** A producer that fills batches; not transactional. */
  KafkaProducer<byte[], byte[]> producer(int lingerMillis) {
    Map<String, Object> config = clientConfig();
    config.put(ProducerConfig.LINGER_MS_CONFIG, lingerMillis);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Installation.LARGEST_REQUEST);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void close() {
    cluster.close();
  }
}
