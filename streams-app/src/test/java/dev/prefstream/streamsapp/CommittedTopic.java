package dev.prefstream.streamsapp;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Everything committed to a topic, from its beginning; reads on with every call. One thread. */
final class CommittedTopic<V extends SpecificRecord> implements AutoCloseable {

  private final KafkaConsumer<String, V> consumer;
  private final List<V> values = new ArrayList<>();

  CommittedTopic(Installation installation, Topic<V> topic) {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), installation.deserializer(topic));
    List<TopicPartition> partitions =
        consumer.partitionsFor(installation.name(topic)).stream()
            .map(each -> new TopicPartition(each.topic(), each.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All values so far; what is committed at the time of the call is among them. */
  List<V> values() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(Duration.ofMillis(50)).forEach(record -> values.add(record.value()));
    }
    return List.copyOf(values);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
