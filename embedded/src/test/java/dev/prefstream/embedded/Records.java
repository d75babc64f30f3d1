package dev.prefstream.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes and reads text on one-partition topics of a broker. */
final class Records {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final String bootstrapServers;

  Records(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  String clusterId() throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      return admin.describeCluster().clusterId().get();
    }
  }

  void create(String topic, Map<String, String> config)
      throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(config))).all().get();
    }
  }

  KafkaProducer<String, String> producer(Map<String, Object> config) {
    Map<String, Object> all = new HashMap<>(config);
    all.put("bootstrap.servers", bootstrapServers);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  /** Writes each value and waits until the broker has acknowledged all. */
  void write(String topic, List<String> values) throws ExecutionException, InterruptedException {
    try (KafkaProducer<String, String> producer = producer(Map.of("acks", "all"))) {
      var sent =
          values.stream().map(v -> producer.send(new ProducerRecord<>(topic, "key", v))).toList();
      for (var result : sent) {
        result.get();
      }
    }
  }

  KafkaConsumer<String, String> consumer(Map<String, Object> config) {
    Map<String, Object> all = new HashMap<>(config);
    all.put("bootstrap.servers", bootstrapServers);
    all.put("isolation.level", "read_committed");
    all.put("auto.offset.reset", "earliest");
    all.put("enable.auto.commit", "false");
    return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
  }

  /**
   * All committed values of the topic. Waits for transactions that are still being ended: a commit
   * is acknowledged before its marker stands on the partition.
   */
  List<String> read(String topic) throws ExecutionException, InterruptedException {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = end(partition);
      List<String> values = new ArrayList<>();
      Instant deadline = Instant.now().plus(DEADLINE);
      while (consumer.position(partition) < end) {
        if (Instant.now().isAfter(deadline)) {
          throw new AssertionError(
              "read %d values of %s in %s, expected offset %d"
                  .formatted(values.size(), topic, DEADLINE, end));
        }
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }

  /** After the last record, also one of a transaction that is not ended. */
  private long end(TopicPartition partition) throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.latest()))
          .partitionResult(partition)
          .get()
          .offset();
    }
  }
}
