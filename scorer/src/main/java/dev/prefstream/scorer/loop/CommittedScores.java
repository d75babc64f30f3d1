package dev.prefstream.scorer.loop;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Whether a topic has committed records. What aborted transactions left does not count. */
final class CommittedScores {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private CommittedScores() {}

  /**
   * Reads until the first committed record, or to the end where there is none. Blocks meanwhile.
   *
   * @throws org.apache.kafka.common.KafkaException when the brokers do not answer
   */
  static boolean exist(KafkaClients clients, String topic) {
    try (Consumer<byte[], byte[]> reader = clients.reader(topic)) {
      Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment(), TIMEOUT);
      while (ends.entrySet().stream()
          .anyMatch(end -> reader.position(end.getKey(), TIMEOUT) < end.getValue())) {
        if (!reader.poll(POLL).isEmpty()) {
          return true;
        }
      }
      return false;
    }
  }
}
