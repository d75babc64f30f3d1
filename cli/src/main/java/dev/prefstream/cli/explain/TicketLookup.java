package dev.prefstream.cli.explain;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.CandidateInput;
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
import java.util.stream.Stream;
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
   * @param responses those of the responses to it that are, in order
   * @param decisions its records in the log, in order
   * @param erased whether it is to be forgotten
   * @param complete whether the topics were read as far as was needed; false when the time was up
   */
  record Found(
      Optional<ScoringRequest> ticket,
      List<ScoringRequest> responses,
      List<DecisionRecord> decisions,
      boolean erased,
      boolean complete) {

    private static Found nothing(boolean erased, boolean complete) {
      return new Found(Optional.empty(), List.of(), List.of(), erased, complete);
    }

    /**
     * The request that brought a candidate, with the text that was judged: the response may have
     * been edited before and since.
     */
    Optional<ScoringRequest> judged(CandidateInput candidate, DecisionRecord decided) {
      return responses.stream()
          .filter(each -> candidate.getResponseId().equals(each.getResponseId()))
          .filter(each -> !each.getRequestedAt().isAfter(decided.getDecidedAt()))
          .filter(each -> Objects.equals(candidate.getSource(), each.getResponseSource()))
          .reduce((first, last) -> last);
    }
  }

  Found find(String ticketId) {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      Scan<?> erasures = new Scan<>(Topics.ERASURES, ticketId, any -> true);
      boolean complete = erasures.run(consumer, deadline);
      if (!erasures.found.isEmpty()) {
        return Found.nothing(true, complete);
      }
      Scan<DecisionRecord> log =
          new Scan<>(
              Topics.DECISION_LOG, ticketId, each -> each.getEvent() == DecisionEvent.ROUTED);
      complete &= log.run(consumer, deadline);
      Scan<ScoringRequest> requests =
          new Scan<>(Topics.SCORING_REQUESTS, ticketId, each -> each.getKind() == ScoreKind.TICKET);
      complete &= requests.run(consumer, deadline);
      return new Found(
          ofKind(ScoreKind.TICKET, requests.found).findFirst(),
          ofKind(ScoreKind.RESPONSE, requests.found).toList(),
          log.found,
          false,
          complete);
    } catch (TimeoutException e) {
      // No broker answers: as good as a topic that takes too long to read.
      return Found.nothing(false, false);
    }
  }

  private static Stream<ScoringRequest> ofKind(ScoreKind kind, List<ScoringRequest> requests) {
    return requests.stream().filter(each -> each.getKind() == kind);
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
