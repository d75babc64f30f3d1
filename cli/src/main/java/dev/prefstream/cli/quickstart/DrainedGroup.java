package dev.prefstream.cli.quickstart;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Tells whether a consumer group has processed everything on its topics. Offsets alone do not say
 * so: a transaction's end takes an offset that no group ever commits. So this looks whether a
 * committed record stands at or after the group's position.
 *
 * <p>For one thread; close it after use.
 */
final class DrainedGroup implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Admin admin;
  private final Consumer<byte[], byte[]> consumer;

  /**
   * @param clientConfig what any client needs to connect
   */
  DrainedGroup(Map<String, Object> clientConfig) {
    Map<String, Object> config = new HashMap<>(clientConfig);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    this.consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.admin = Admin.create(clientConfig);
  }

  /**
   * Whether no committed record on the topics waits for the group. A topic that does not exist has
   * none.
   */
  boolean drained(String group, List<String> topics) {
    Map<TopicPartition, Long> positions = positions(group);
    for (String topic : topics) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = LogEnds.of(admin, partitions);
      Map<TopicPartition, Long> stable = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long end = requireNonNull(ends.get(partition));
        if (requireNonNull(stable.get(partition)) < end) {
          return false;
        }
        long position = requireNonNull(positions.getOrDefault(partition, starts.get(partition)));
        if (position < end && recordFollows(partition, position, end)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean recordFollows(TopicPartition partition, long position, long end) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, position);
    while (consumer.position(partition) < end) {
      if (!consumer.poll(POLL).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private Map<TopicPartition, Long> positions(String group) {
    try {
      Map<TopicPartition, Long> positions = new HashMap<>();
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      committed.forEach(
          (partition, offset) -> {
            if (offset != null) {
              positions.put(partition, offset.offset());
            }
          });
      return positions;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking for the offsets of " + group, e);
    } catch (ExecutionException e) {
      throw new KafkaException("cannot read the offsets of " + group, e.getCause());
    }
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}
