package dev.prefstream.streamsapp;

import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.ScoringRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Answers every scoring request on a thread of its own and routes each ticket; each tenth score
 * comes twice, and that of an edited response's former text once more after the edit: the stages
 * around it must take a scorer that repeats itself.
 */
final class FakeScorer implements AutoCloseable {

  private final Installation installation;
  private final ToDoubleFunction<ScoringRequest> model;
  private final Map<String, Answer> former = new HashMap<>();
  private final Thread thread = new Thread(this::run, "fake-scorer");
  private volatile boolean closed;

  private record Answer(ConsumerRecord<String, ScoringRequest> request, Score score) {}

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
        KafkaProducer<String, Score> scores = producer(Topics.SCORES);
        // The topics of both routes have one schema.
        KafkaProducer<String, RoutingDecision> routings = producer(Topics.ROUTING_URGENT)) {
      consumer.subscribe(List.of(installation.name(Topics.SCORING_REQUESTS)));
      while (!closed) {
        for (ConsumerRecord<String, ScoringRequest> request :
            consumer.poll(Duration.ofMillis(20))) {
          Score score = score(request.value(), model.applyAsDouble(request.value()), Instant.now());
          scores.send(with(request, Topics.SCORES, score));
          if (score.getKind() == ScoreKind.TICKET) {
            route(request, score, routings);
          }
          if (request.offset() % 10 == 0) {
            scores.send(with(request, Topics.SCORES, score));
          }
          @Nullable Answer before = former.put(scored(request), new Answer(request, score));
          if (before != null) {
            scores.send(with(before.request(), Topics.SCORES, before.score()));
          }
        }
      }
    }
  }

  private <V extends SpecificRecord> KafkaProducer<String, V> producer(Topic<V> topic) {
    return new KafkaProducer<>(
        installation.clientConfig(), new StringSerializer(), installation.serializer(topic));
  }

  private void route(
      ConsumerRecord<String, ScoringRequest> request,
      Score score,
      KafkaProducer<String, RoutingDecision> producer) {
    RoutingDecision decision = Routing.decision(Routing.decide(score));
    producer.send(
        with(
            request,
            decision.getRoute() == Route.URGENT ? Topics.ROUTING_URGENT : Topics.ROUTING_STANDARD,
            decision));
  }

  private <V extends SpecificRecord> ProducerRecord<String, V> with(
      ConsumerRecord<String, ScoringRequest> request, Topic<V> topic, V value) {
    return new ProducerRecord<>(
        installation.name(topic),
        null,
        request.timestamp(),
        request.key(),
        value,
        request.headers());
  }

  /** What is scored, whatever it says. */
  private static String scored(ConsumerRecord<String, ScoringRequest> request) {
    return request.key() + "/" + request.value().getResponseId();
  }

  /** The score that answers a request. */
  static Score score(ScoringRequest request, double score, Instant now) {
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
        .setScoredAt(now)
        .setFabrication(request.getFabrication())
        .setResponseSource(request.getResponseSource())
        .setSettings(request.getSettings())
        .build();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join(Duration.ofSeconds(30).toMillis());
  }
}
