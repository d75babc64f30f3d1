package dev.prefstream.scorer.loop;

import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ScoringModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is sent of a scored row: its record on {@code scores}, and for a ticket where it goes,
 * which its score decides. One thread uses it.
 */
final class ScoreRecords implements AutoCloseable {

  private final Output<Score> scores;
  private final Output<RoutingDecision> urgent;
  private final Output<RoutingDecision> standard;
  private final BooleanSupplier routes;

  /**
   * @param routes whether tickets are routed
   */
  ScoreRecords(Installation installation, BooleanSupplier routes) {
    this.routes = routes;
    this.scores = Output.to(Topics.SCORES, installation);
    this.urgent = Output.to(Topics.ROUTING_URGENT, installation);
    this.standard = Output.to(Topics.ROUTING_STANDARD, installation);
  }

  /**
   * A topic that is written.
   *
   * @param topic its name on the cluster
   */
  private record Output<V extends SpecificRecord>(String topic, Serializer<V> serializer) {

    static <V extends SpecificRecord> Output<V> to(Topic<V> topic, Installation installation) {
      return new Output<>(installation.name(topic), installation.serializer(topic));
    }

    /** With key, timestamp and headers of the request. */
    ProducerRecord<byte[], byte[]> record(ConsumerRecord<byte[], byte[]> request, V value) {
      return new ProducerRecord<>(
          topic,
          null,
          request.timestamp(),
          request.key(),
          serializer.serialize(topic, value),
          request.headers());
    }
  }

  /**
   * When a batch ran.
   *
   * @param begunNanos when the device call began
   * @param deviceNanos how long it took
   * @param ended when it came back
   */
  record Run(long begunNanos, long deviceNanos, Instant ended) {}

  /**
   * The score, and the ticket's routing.
   *
   * @param embedding finite numbers; null for none
   */
  Outcome of(Row row, double logit, float @Nullable [] embedding, Run run) {
    Row.Prepared prepared = row.prepared();
    ScoringRequest request = prepared.request();
    ScoringModel model = prepared.served().model();
    EncodedText text = prepared.text();
    double score = model.calibration().score(logit);
    Score value =
        new Score(
            request.getRequestId(),
            request.getKind(),
            request.getTicketId(),
            request.getResponseId(),
            request.getContext(),
            request.getResponseText(),
            request.getStyle(),
            score,
            logit,
            Math.max(score, 1 - score),
            model.identity().ref(),
            text.ids().length,
            text.originalTokens(),
            text.truncated(),
            timings(row, prepared, run),
            request.getRequestedAt(),
            run.ended(),
            request.getFabrication(),
            embedding == null ? null : boxed(embedding),
            request.getResponseSource(),
            request.getSettings());
    ProducerRecord<byte[], byte[]> scored = scores.record(row.record, value);
    return Outcome.score(
        request.getKind() == ScoreKind.TICKET && routes.getAsBoolean()
            ? List.of(scored, routed(row.record, value))
            : List.of(scored),
        prepared.served().task());
  }

  private ProducerRecord<byte[], byte[]> routed(
      ConsumerRecord<byte[], byte[]> request, Score score) {
    RoutingDecision decision = Routing.decision(Routing.decide(score));
    return (decision.getRoute() == Route.URGENT ? urgent : standard).record(request, decision);
  }

  private static List<Float> boxed(float[] numbers) {
    List<Float> list = new ArrayList<>(numbers.length);
    for (float number : numbers) {
      list.add(number);
    }
    return list;
  }

  private static ScoreTimings timings(Row row, Row.Prepared prepared, Run run) {
    long queued = run.begunNanos() - row.polledNanos - prepared.tokeniseNanos();
    return new ScoreTimings(
        TimeUnit.NANOSECONDS.toMicros(Math.max(0, queued)),
        TimeUnit.NANOSECONDS.toMicros(prepared.tokeniseNanos()),
        TimeUnit.NANOSECONDS.toMicros(run.deviceNanos()));
  }

  @Override
  public void close() {
    scores.serializer.close();
    urgent.serializer.close();
    standard.serializer.close();
  }
}
