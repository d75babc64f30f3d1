package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.kafka.Installation;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The loop's consumer and producer. What exactly once rests on is fixed here; everything else may
 * be set with {@code kafka.*} keys.
 */
final class KafkaClients {

  private final Installation installation;
  private final Duration transactionTimeout;
  private final int maxPollRecords;

  /**
   * @param maxPollRecords most records taken in at once
   */
  KafkaClients(Installation installation, Duration transactionTimeout, int maxPollRecords) {
    this.installation = installation;
    this.transactionTimeout = transactionTimeout;
    this.maxPollRecords = maxPollRecords;
  }

  /** Name of the consumer group. */
  String group() {
    return installation.scoped("scoring");
  }

  /** Id under which the broker knows this instance's transactions, also after a restart. */
  String transactionalId() {
    return installation.scoped("scoring-" + installation.instanceId());
  }

  Consumer<byte[], byte[]> consumer() {
    Map<String, Object> config = installation.clientConfig();
    config.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
    config.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
    if (!"consumer".equals(config.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
      // A killed process holds its partitions for this long, unless it comes back by its name.
      config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
      config.putIfAbsent(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
    }
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // Where to begin is the loop's decision: skipping or repeating by default would break the
    // count.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    installation
        .memberId("scoring")
        .ifPresent(id -> config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A reader of all the topic's partitions, from their beginning, outside any group. */
  Consumer<byte[], byte[]> reader(String topic) {
    Map<String, Object> config = installation.clientConfig();
    config.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    Consumer<byte[], byte[]> reader =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      Set<TopicPartition> partitions =
          reader.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .collect(Collectors.toSet());
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  Producer<byte[], byte[]> producer() {
    Map<String, Object> config = installation.transactionalConfig();
    int timeout = Math.toIntExact(transactionTimeout.toMillis());
    // A send that takes longer than half a transaction is given up with its transaction.
    int delivery = Math.max(1_000, Math.min(30_000, timeout / 2));
    config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(10_000, delivery / 2));
    config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, delivery);
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Installation.LARGEST_REQUEST);
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId());
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeout);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
