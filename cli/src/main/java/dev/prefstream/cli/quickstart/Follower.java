package dev.prefstream.cli.quickstart;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Follows topics from their present ends and gives what is committed from then on to handlers, on
 * one thread of its own. The ends are fixed before {@link #start} returns: nothing that is
 * published later is missed.
 */
final class Follower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * Takes one record; {@code receivedAt} is the wall clock in milliseconds when it arrived here.
   */
  interface Handler<V> {
    void accept(V value, ConsumerRecord<byte[], byte[]> record, long receivedAt);
  }

  private record Subscription<V extends SpecificRecord>(
      Deserializer<V> deserializer, Handler<V> handler) {
    void deliver(ConsumerRecord<byte[], byte[]> record, long receivedAt) {
      handler.accept(deserializer.deserialize(record.topic(), record.value()), record, receivedAt);
    }
  }

  private final Installation installation;
  private final Map<String, Subscription<?>> subscriptions = new HashMap<>();
  private final Consumer<byte[], byte[]> consumer;
  private final Thread thread = new Thread(this::run, "quickstart-follower");

  Follower(Installation installation) {
    this.installation = installation;
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Adds a topic; before {@link #start} only. */
  <V extends SpecificRecord> Follower on(Topic<V> topic, Handler<V> handler) {
    subscriptions.put(
        installation.name(topic), new Subscription<>(installation.deserializer(topic), handler));
    return this;
  }

  void start() {
    List<TopicPartition> partitions =
        subscriptions.keySet().stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Subscription<?> subscription = subscriptions.get(record.topic());
          if (subscription != null) {
            subscription.deliver(record, System.currentTimeMillis());
          }
        }
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
