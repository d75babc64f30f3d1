package dev.prefstream.benchmarks;

import dev.prefstream.runtime.kafka.Installation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Copies records from topic to topic in transactions: a stage that does nothing. */
final class RawLoop implements DrainArm.Running {

  private static final Duration IDLE_POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final String to;
  private final long commitNanos;
  private final boolean transactional;
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * Starts at once.
   *
   * @param name of group and transactions
   * @param commit longest time between commits while records come
   * @param transactional else at least once: offsets follow after the records are acknowledged
   */
  RawLoop(
      Installation installation,
      String name,
      String from,
      String to,
      Duration commit,
      boolean transactional) {
    this.to = to;
    this.commitNanos = commit.toNanos();
    this.transactional = transactional;
    Map<String, Object> reading = installation.clientConfig();
    reading.put(ConsumerConfig.GROUP_ID_CONFIG, name);
    reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    reading.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_024);
    this.consumer =
        new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    Map<String, Object> writing =
        transactional ? installation.transactionalConfig() : installation.clientConfig();
    writing.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    writing.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    writing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Installation.LARGEST_REQUEST);
    if (transactional) {
      writing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
    }
    this.producer =
        new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
    consumer.subscribe(Set.of(from));
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      if (transactional) {
        producer.initTransactions();
      }
      long begun = 0;
      while (!stopped) {
        long left = offsets.isEmpty() ? 0 : Math.max(0, begun + commitNanos - System.nanoTime());
        for (ConsumerRecord<byte[], byte[]> record :
            consumer.poll(offsets.isEmpty() ? IDLE_POLL : Duration.ofNanos(left))) {
          if (offsets.isEmpty()) {
            begun = System.nanoTime();
            begin();
          }
          producer.send(
              new ProducerRecord<>(
                  to, null, record.timestamp(), record.key(), record.value(), record.headers()));
          offsets.put(
              new TopicPartition(record.topic(), record.partition()),
              new OffsetAndMetadata(record.offset() + 1));
        }
        if (!offsets.isEmpty() && System.nanoTime() - begun >= commitNanos) {
          commit();
        }
      }
    } finally {
      producer.close(Duration.ZERO);
      consumer.close();
    }
  }

  private void begin() {
    if (transactional) {
      producer.beginTransaction();
    }
  }

  private void commit() {
    if (transactional) {
      producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
      producer.commitTransaction();
    } else {
      producer.flush();
      consumer.commitSync(offsets);
    }
    offsets.clear();
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
