package dev.prefstream.cli.explain;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Finds what the topics hold of a ticket. Reads the one partition its key falls on (Kafka's default
 * partitioner, by which our stages write), the newest records first, until it has found all or the
 * time is up. Each call opens a consumer of its own, so many threads may use it.
 */
final class TicketLookup {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long CHUNK = 5_000;

  private final Installation installation;
  private final Duration patience;

  TicketLookup(Installation installation, Duration patience) {
    this.installation = installation;
    this.patience = patience;
  }

  /**
   * What is known of a ticket.
   *
   * @param ticket its scoring request, when it is still on its topic
   * @param response that of the response it was answered with
   * @param decisions its records in the log, in order
   * @param erased whether it is to be forgotten
   * @param complete whether the topics were read as far as was needed; false when the time was up
   */
  record Found(
      Optional<ScoringRequest> ticket,
      Optional<ScoringRequest> response,
      List<DecisionRecord> decisions,
      boolean erased,
      boolean complete) {}

  Found find(String ticketId) {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      Scan<?> erasures = new Scan<>(Topics.ERASURES, ticketId, any -> true);
      boolean complete = erasures.run(consumer, deadline);
      if (!erasures.found.isEmpty()) {
        return new Found(Optional.empty(), Optional.empty(), List.of(), true, complete);
      }
      Scan<DecisionRecord> log =
          new Scan<>(
              Topics.DECISION_LOG, ticketId, each -> each.getEvent() == DecisionEvent.ROUTED);
      complete &= log.run(consumer, deadline);
      Scan<ScoringRequest> requests =
          new Scan<>(Topics.SCORING_REQUESTS, ticketId, each -> each.getKind() == ScoreKind.TICKET);
      complete &= requests.run(consumer, deadline);
      Optional<DecisionRecord> answer =
          log.found.stream().filter(each -> each.getResponseId() != null).findFirst();
      return new Found(
          requests.found.stream().filter(each -> each.getKind() == ScoreKind.TICKET).findFirst(),
          answer.flatMap(sent -> answeredWith(sent, requests.found)),
          log.found,
          false,
          complete);
    } catch (TimeoutException e) {
      // No broker answers: as good as a topic that takes too long to read.
      return new Found(Optional.empty(), Optional.empty(), List.of(), false, false);
    }
  }

  /** The last text of the response before it was sent; it may have been edited since. */
  private static Optional<ScoringRequest> answeredWith(
      DecisionRecord sent, List<ScoringRequest> requests) {
    return requests.stream()
        .filter(each -> Objects.equals(sent.getResponseId(), each.getResponseId()))
        .filter(each -> !each.getRequestedAt().isAfter(sent.getDecidedAt()))
        .reduce((first, last) -> last);
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads back through a partition for one key. */
  private final class Scan<V extends SpecificRecord> {

    private final Topic<V> topic;
    private final byte[] key;
    private final Predicate<V> last;
    private List<V> found = List.of();

    /**
     * @param last tells of the record before which there are none
     */
    Scan(Topic<V> topic, String key, Predicate<V> last) {
      this.topic = topic;
      this.key = key.getBytes(StandardCharsets.UTF_8);
      this.last = last;
    }

    /** Returns whether it was read as far as needed. */
    boolean run(Consumer<byte[], byte[]> consumer, long deadline) {
      String name = installation.name(topic);
      int partitions = consumer.partitionsFor(name).size();
      TopicPartition partition =
          new TopicPartition(name, BuiltInPartitioner.partitionForKey(key, partitions));
      consumer.assign(List.of(partition));
      long first = requireNonNull(consumer.beginningOffsets(List.of(partition)).get(partition));
      long to = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
      boolean done = false;
      try (Deserializer<V> deserializer = installation.deserializer(topic)) {
        while (to > first && !done) {
          long from = Math.max(first, to - CHUNK);
          List<V> chunk = new ArrayList<>();
          consumer.seek(partition, from);
          while (consumer.position(partition) < to) {
            if (System.nanoTime() - deadline > 0) {
              return false;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
              if (record.offset() < to && Arrays.equals(record.key(), key)) {
                chunk.add(deserializer.deserialize(name, record.value()));
              }
            }
          }
          done = chunk.stream().anyMatch(last);
          chunk.addAll(found);
          found = Collections.unmodifiableList(chunk);
          to = from;
        }
      }
      return true;
    }
  }
}
