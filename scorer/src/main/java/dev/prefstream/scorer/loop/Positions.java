package dev.prefstream.scorer.loop;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reading begins. A partition that the group never committed begins at its first record; one
 * whose committed offset is not there any more stops the service: skipping would lose records, and
 * starting over would double them.
 */
final class Positions {

  private static final Logger log = LoggerFactory.getLogger(Positions.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;

  Positions(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /**
   * Goes back to the committed offsets of all assigned partitions.
   *
   * @throws org.apache.kafka.common.KafkaException when the brokers do not say them
   */
  void rewind() {
    Set<TopicPartition> assigned = consumer.assignment();
    if (assigned.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned, TIMEOUT);
    for (TopicPartition partition : assigned) {
      OffsetAndMetadata offset = committed.get(partition);
      if (offset == null) {
        consumer.seekToBeginning(Set.of(partition));
      } else {
        consumer.seek(partition, offset);
      }
    }
  }

  /** Begins partitions that the group never committed. */
  void begin(NoOffsetForPartitionException e) {
    Collection<TopicPartition> partitions = e.partitions();
    consumer
        .beginningOffsets(partitions, TIMEOUT)
        .forEach(
            (partition, first) ->
                log.atInfo()
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", first)
                    .log("first start: reading from the first record"));
    consumer.seekToBeginning(partitions);
  }

  /** The failure for committed offsets that are out of range. */
  LoopFailure outOfRange(OffsetOutOfRangeException e) {
    Map<TopicPartition, Long> begin = consumer.beginningOffsets(e.partitions(), TIMEOUT);
    Map<TopicPartition, Long> end = consumer.endOffsets(e.partitions(), TIMEOUT);
    return new LoopFailure(
        e.offsetOutOfRangePartitions().entrySet().stream()
            .map(
                entry ->
                    "%s: the next offset is %d, found records from %d to %d"
                        .formatted(
                            entry.getKey(),
                            entry.getValue(),
                            begin.get(entry.getKey()),
                            end.get(entry.getKey())))
            .collect(
                Collectors.joining(
                    "; ",
                    "input is gone that was not scored: ",
                    ". Find out what deleted it (retention, truncation); then set the group's offsets on purpose with kafka-consumer-groups --reset-offsets and start again")),
        e);
  }
}
