package dev.prefstream.cli.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.json.JsonForm;
import dev.prefstream.runtime.failure.FailureKind;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Prints a topic's committed records. For one thread. */
final class TopicTail<V extends SpecificRecord> {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Installation installation;
  private final Topic<V> topic;
  private final boolean withMetadata;
  private final PrintWriter out;
  private final PrintWriter err;

  TopicTail(
      Installation installation,
      Topic<V> topic,
      boolean withMetadata,
      PrintWriter out,
      PrintWriter err) {
    this.installation = installation;
    this.topic = topic;
    this.withMetadata = withMetadata;
    this.out = out;
    this.err = err;
  }

  /**
   * Blocks until so many are printed, none came for {@code timeout}, or nobody reads the output.
   *
   * @param timeout null to wait for ever
   * @return how many records could not be decoded
   */
  long print(boolean fromBeginning, long maxMessages, @Nullable Duration timeout) {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    long undecodable = 0;
    try (Consumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Deserializer<V> deserializer = installation.deserializer(topic)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(installation.name(topic)).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seekToEnd(partitions);
      }
      long seen = 0;
      long lastSeen = System.nanoTime();
      while (timeout == null || System.nanoTime() - lastSeen < timeout.toNanos()) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (!print(record, deserializer)) {
            undecodable++;
          }
          if (++seen == maxMessages) {
            out.flush();
            return undecodable;
          }
        }
        if (!records.isEmpty()) {
          lastSeen = System.nanoTime();
        }
        if (out.checkError()) {
          return undecodable;
        }
      }
    }
    return undecodable;
  }

  private boolean print(ConsumerRecord<byte[], byte[]> record, Deserializer<V> deserializer) {
    V value;
    try {
      value = deserializer.deserialize(record.topic(), record.value());
    } catch (RuntimeException e) {
      if (FailureKind.of(e) != FailureKind.POISON) {
        throw e;
      }
      err.printf(
          "prefstream: %s-%d@%d cannot be decoded: %s%n",
          record.topic(), record.partition(), record.offset(), e.getMessage());
      return false;
    }
    @Nullable ObjectNode json = value == null ? null : JsonForm.of(value);
    out.print((withMetadata ? withMetadata(record, json) : json) + "\n");
    return true;
  }

  private static ObjectNode withMetadata(
      ConsumerRecord<byte[], byte[]> record, @Nullable ObjectNode value) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("topic", record.topic());
    line.put("partition", record.partition());
    line.put("offset", record.offset());
    line.put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
    line.put("key", text(record.key()));
    ObjectNode headers = line.putObject("headers");
    for (Header header : record.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    line.set("value", value);
    return line;
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
