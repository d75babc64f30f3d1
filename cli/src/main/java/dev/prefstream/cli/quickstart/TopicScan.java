package dev.prefstream.cli.quickstart;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads what is committed on a topic, from its beginning to where it ends now. Blocks until done.
 */
public final class TopicScan {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Installation installation;

  public TopicScan(Installation installation) {
    this.installation = installation;
  }

  /** Gives each record, and its value, to the handler. Order holds within a partition. */
  public <V extends SpecificRecord> void each(
      Topic<V> topic, BiConsumer<ConsumerRecord<byte[], byte[]>, V> handler) {
    try (Deserializer<V> deserializer = installation.deserializer(topic)) {
      raw(
          topic,
          record ->
              handler.accept(record, deserializer.deserialize(record.topic(), record.value())));
    }
  }

  /**
   * Gives each record to the handler as it is, for topics on which not every record need be
   * decodable.
   */
  void raw(Topic<?> topic, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler) {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    try (Admin admin = Admin.create(installation.clientConfig());
        Consumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(installation.name(topic)).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = LogEnds.of(admin, partitions);
      while (partitions.stream()
          .anyMatch(p -> consumer.position(p) < requireNonNull(ends.get(p)))) {
        consumer.poll(POLL).forEach(handler);
      }
    }
  }
}
