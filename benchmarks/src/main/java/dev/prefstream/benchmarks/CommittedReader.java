package dev.prefstream.benchmarks;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what is committed on topics from their ends on, on one thread of its own. Every arm that
 * measures a rate counts what comes out with one of these, so that all pay the same for it.
 */
final class CommittedReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration KNOWN = Duration.ofSeconds(20);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;

  /** The ends are fixed when this returns. */
  CommittedReader(
      Map<String, Object> clientConfig,
      Collection<String> topics,
      Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    clientConfig.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    clientConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    clientConfig.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    this.consumer =
        new KafkaConsumer<>(clientConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> partitions(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    this.thread = new Thread(() -> read(reader), "bench-reader");
    thread.setDaemon(true);
    thread.start();
  }

  /** A topic that was only just created may not be known yet to every part of the broker. */
  private List<PartitionInfo> partitions(String topic) {
    long deadline = System.nanoTime() + KNOWN.toNanos();
    while (true) {
      List<PartitionInfo> found = consumer.partitionsFor(topic);
      if (!found.isEmpty()) {
        return found;
      } else if (System.nanoTime() - deadline >= 0) {
        throw new IllegalStateException(
            "found no partitions of %s for %d s".formatted(topic, KNOWN.toSeconds()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private void read(Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    try {
      while (true) {
        consumer.poll(POLL).forEach(reader);
      }
    } catch (WakeupException e) {
      // close() asked for it.
    } finally {
      consumer.close();
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
