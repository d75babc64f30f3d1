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
    BitSet lines = new BitSet();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      long published = scan(consumer, installation.name(input.topic()), input, source, lines);
      long refused = scan(consumer, installation.name(Topics.DEAD_LETTERS), input, source, lines);
      return new EarlierRuns(lines, published, refused);
    }
  }

  private static long scan(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Input<?> input,
      Source source,
      BitSet lines) {
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
        if (source.identity().equals(LineHeaders.text(record.headers(), LineHeaders.SOURCE))
            && input.word().equals(LineHeaders.text(record.headers(), LineHeaders.INPUT))) {
          lines.set(line(record));
          found++;
        }
      }
    }
    return found;
  }

  private static int line(ConsumerRecord<byte[], byte[]> record) {
    String line = LineHeaders.text(record.headers(), LineHeaders.LINE);
    try {
      return Integer.parseInt(String.valueOf(line));
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "%s-%d@%d carries %s = %s, expected a line number: another program wrote it"
              .formatted(
                  record.topic(), record.partition(), record.offset(), LineHeaders.LINE, line),
          e);
    }
  }
}
