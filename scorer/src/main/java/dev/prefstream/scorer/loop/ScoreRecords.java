package dev.prefstream.scorer.loop;

import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ScoringModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Makes the record on {@code scores} for a scored row. One thread uses it. */
final class ScoreRecords implements AutoCloseable {

  private final String topic;
  private final Serializer<Score> serializer;

  /**
   * @param topic name of the scores topic on the cluster
   */
  ScoreRecords(String topic, Serializer<Score> serializer) {
    this.topic = topic;
    this.serializer = serializer;
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
   * The score, with key, timestamp and headers of the request.
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
            request.getResponseSource());
    return Outcome.score(
        new ProducerRecord<>(
            topic,
            null,
            row.record.timestamp(),
            row.record.key(),
            serializer.serialize(topic, value),
            row.record.headers()),
        prepared.served().task());
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
    serializer.close();
  }
}
