package dev.prefstream.scorer.loop;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reading begins, goes on and goes back to. A group that never scored anything begins at the
 * first record; one whose committed offsets are not there any more stops the service: skipping
 * would lose records, and starting over would double them. Offsets are committed with the leader
 * epoch of what they follow (KIP-320), so that a truncated log is noticed also where it has grown
 * past them again. The loop's thread owns it.
 */
final class Positions {

  private static final Logger log = LoggerFactory.getLogger(Positions.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final BooleanSupplier scoredBefore;
  private final Map<TopicPartition, OffsetAndMetadata> polled = new HashMap<>();

  /**
   * @param scoredBefore whether this installation has committed scores; asked once, where the group
   *     has no offset at all
   */
  Positions(Consumer<byte[], byte[]> consumer, String topic, BooleanSupplier scoredBefore) {
    this.consumer = consumer;
    this.topic = topic;
    this.scoredBefore = scoredBefore;
  }

  /** Takes note of how far reading has come. */
  void reached(ConsumerRecords<byte[], byte[]> records) {
    polled.putAll(records.nextOffsets());
  }

  /** What to commit once this record is through, and nothing before it is under way. */
  OffsetAndMetadata after(ConsumerRecord<byte[], byte[]> last) {
    return new OffsetAndMetadata(last.offset() + 1, last.leaderEpoch(), "");
  }

  /**
   * What to commit once all that was read of the partition is through: past transaction markers
   * too, so that the lag goes to zero.
   */
  OffsetAndMetadata afterAll(TopicPartition partition, ConsumerRecord<byte[], byte[]> last) {
    OffsetAndMetadata after = after(last);
    OffsetAndMetadata reached = polled.get(partition);
    return reached != null && reached.offset() > after.offset() ? reached : after;
  }

  /** These partitions are read by others from now on. */
  void leave(Collection<TopicPartition> partitions) {
    polled.keySet().removeAll(partitions);
  }

  /**
   * Goes back to the committed offsets of all assigned partitions.
   *
   * @throws org.apache.kafka.common.KafkaException when the brokers do not say them
   * @throws LoopFailure when the group's offsets are gone
   */
  void rewind() {
    polled.clear();
    Set<TopicPartition> assigned = consumer.assignment();
    if (assigned.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned, TIMEOUT);
    for (TopicPartition partition : assigned) {
      OffsetAndMetadata offset = committed.get(partition);
      if (offset == null) {
        begin(Set.of(partition));
      } else {
        consumer.seek(partition, offset);
      }
    }
  }

  /** {@link #begin(Collection)} for partitions that have no committed offset. */
  void begin(NoOffsetForPartitionException e) {
    begin(e.partitions());
  }

  /** Begins partitions that the group never committed. */
  private void begin(Collection<TopicPartition> partitions) {
    if (!groupHasOffsets() && scoredBefore.getAsBoolean()) {
      throw new LoopFailure(
          "scores were committed before, but the consumer group has no offsets any more (deleted, or expired while no scorer ran: offsets.retention.minutes of the broker): beginning anew would score and route everything twice. Set the group's offsets on purpose with kafka-consumer-groups --reset-offsets, --to-earliest to score and route all again (decisions come under the ids they had), and start again");
    }
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

  private boolean groupHasOffsets() {
    Set<TopicPartition> all =
        consumer.partitionsFor(topic, TIMEOUT).stream()
            .map(Positions::partition)
            .collect(Collectors.toSet());
    return consumer.committed(all, TIMEOUT).values().stream().anyMatch(offset -> offset != null);
  }

  private static TopicPartition partition(PartitionInfo info) {
    return new TopicPartition(info.topic(), info.partition());
  }

  /** The failure for offsets that are out of range, or that the log was truncated before. */
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
