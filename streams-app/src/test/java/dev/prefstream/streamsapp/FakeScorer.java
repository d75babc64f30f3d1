package dev.prefstream.streamsapp;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.ScoringRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Answers every scoring request on a thread of its own, each tenth twice, and an edited response's
 * former text once more after the edit: the stages around it must take a scorer that repeats
 * itself.
 */
final class FakeScorer implements AutoCloseable {

  private final Installation installation;
  private final ToDoubleFunction<ScoringRequest> model;
  private final Map<String, ConsumerRecord<String, ScoringRequest>> former = new HashMap<>();
  private final Thread thread = new Thread(this::run, "fake-scorer");
  private volatile boolean closed;

  FakeScorer(Installation installation, ToDoubleFunction<ScoringRequest> model) {
    this.installation = installation;
    this.model = model;
    thread.start();
  }

  private void run() {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.GROUP_ID_CONFIG, "fake-scorer");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    try (KafkaConsumer<String, ScoringRequest> consumer =
            new KafkaConsumer<>(
                config,
                new StringDeserializer(),
                installation.deserializer(Topics.SCORING_REQUESTS));
        KafkaProducer<String, Score> producer =
            new KafkaProducer<>(
                installation.clientConfig(),
                new StringSerializer(),
                installation.serializer(Topics.SCORES))) {
      consumer.subscribe(List.of(installation.name(Topics.SCORING_REQUESTS)));
      while (!closed) {
        for (ConsumerRecord<String, ScoringRequest> request :
            consumer.poll(Duration.ofMillis(20))) {
          answer(request, producer);
          if (request.offset() % 10 == 0) {
            answer(request, producer);
          }
          ConsumerRecord<String, ScoringRequest> before = former.put(scored(request), request);
          if (before != null) {
            answer(before, producer);
          }
        }
      }
    }
  }

  private void answer(
      ConsumerRecord<String, ScoringRequest> request, KafkaProducer<String, Score> producer) {
    producer.send(
        new ProducerRecord<>(
            installation.name(Topics.SCORES),
            null,
            request.timestamp(),
            request.key(),
            score(request.value(), model.applyAsDouble(request.value())),
            request.headers()));
  }

  /** What is scored, whatever it says. */
  private static String scored(ConsumerRecord<String, ScoringRequest> request) {
    return request.key() + "/" + request.value().getResponseId();
  }

  /** The score that answers a request. */
  static Score score(ScoringRequest request, double score) {
    return Score.newBuilder()
        .setRequestId(request.getRequestId())
        .setKind(request.getKind())
        .setTicketId(request.getTicketId())
        .setResponseId(request.getResponseId())
        .setContext(request.getContext())
        .setResponseText(request.getResponseText())
        .setStyle(request.getStyle())
        .setScore(score)
        .setLogit(0)
        .setConfidence(Math.max(score, 1 - score))
        .setModel(new ModelRef("fake", "1.0.0", "0".repeat(64)))
        .setTokens(1)
        .setOriginalTokens(1)
        .setTruncated(false)
        .setTimings(new ScoreTimings(0L, 0L, 0L))
        .setRequestedAt(request.getRequestedAt())
        .setScoredAt(Instant.now())
        .setFabrication(request.getFabrication())
        .setResponseSource(request.getResponseSource())
        .build();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join(Duration.ofSeconds(30).toMillis());
  }
}
