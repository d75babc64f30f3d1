package dev.prefstream.cli.publish;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What earlier runs committed of a file: reads the topic and the dead letters from the beginning to
 * their present end, and only what is committed.
 *
 * @param lines numbers of the lines with an outcome
 * @param published records on the topic
 * @param deadLettered dead letters
 */
record EarlierRuns(BitSet lines, long published, long deadLettered) {

  private static final Duration POLL = Duration.ofMillis(500);

  static EarlierRuns none() {
    return new EarlierRuns(new BitSet(), 0, 0);
  }

  /** Blocks until all is read. */
  static EarlierRuns read(Installation installation, Input<?> input, Source source) {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    LineHeaders file = new LineHeaders(source, input);
    BitSet lines = new BitSet();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      long published = scan(consumer, installation.name(input.topic()), file, lines);
      long refused = scan(consumer, installation.name(Topics.DEAD_LETTERS), file, lines);
      return new EarlierRuns(lines, published, refused);
    }
  }

  private static long scan(
      Consumer<byte[], byte[]> consumer, String topic, LineHeaders file, BitSet lines) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    long found = 0;
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (file.on(record.headers())) {
          lines.set(LineHeaders.line(record.headers()));
          found++;
        }
      }
    }
    return found;
  }
}
