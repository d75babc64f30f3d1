package dev.prefstream.scorer.loop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes epochs, one transaction each. After any failure the producer is given up, and a new one
 * takes its transactional id: the broker then first ends what the old one left, and fences it. That
 * one way back serves every failure, also those after which nobody knows whether a commit went
 * through. The loop's thread owns it.
 */
final class TransactionalOutput implements AutoCloseable {

  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;

  TransactionalOutput(Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
  }

  boolean isOpen() {
    return producer != null;
  }

  /**
   * Takes the transactional id over. Blocks until whatever was left open under it is ended.
   *
   * @throws org.apache.kafka.common.KafkaException when that fails; it stays closed
   */
  void open() {
    abandon();
    Producer<byte[], byte[]> opened = producers.get();
    try {
      opened.initTransactions();
      producer = opened;
    } catch (RuntimeException e) {
      opened.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Sends records and commits them with offsets. Blocks until the commit is known.
   *
   * @throws org.apache.kafka.common.KafkaException when it is not known, or did not happen: the
   *     committed offsets tell; it is closed then
   */
  void commit(
      List<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    Producer<byte[], byte[]> current = producer;
    if (current == null) {
      throw new IllegalStateException("the output is closed: open it first");
    }
    try {
      current.beginTransaction();
      // A failed send fails the commit: its result need not be looked at.
      records.forEach(current::send);
      current.sendOffsetsToTransaction(offsets, group);
      current.commitTransaction();
    } catch (RuntimeException e) {
      abandon();
      throw e;
    }
  }

  /** Gives the producer up without waiting for anything. */
  void abandon() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(2));
      producer = null;
    }
  }
}
