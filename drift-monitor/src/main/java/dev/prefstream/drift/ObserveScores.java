package dev.prefstream.drift;

import static dev.prefstream.schemas.TopicHeader.TRACEPARENT;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes of each ticket's score one observation for the whole stream and one for its segment, and
 * sends them on in batches: when one is full, when the model changes, and at the latest {@code
 * drift.batch-wait} after its first. So the partition that carries the whole stream, or a large
 * segment, gets as few as a hundredth of the records. Scores of responses are passed over: they
 * compete with each other and have no level of their own.
 *
 * <p>Which segments are observed is {@link KnownSegments}' to say; tickets of others count in the
 * whole only. Of an embedding a sketch goes on. One that is empty or holds NaN or infinity is
 * passed over and counted, and its score counts without it.
 *
 * <p>The same score never comes twice: the scorer writes scores and offsets in one transaction,
 * this stage reads committed records and commits with its output.
 */
final class ObserveScores implements Processor<String, Score, String, Batch> {

  /** Segments that were seen on a partition. */
  static final String KNOWN = "known-segments";

  /** On which day each segment came last. */
  static final String DAYS = "observed-days";

  /** Batches that are not full. */
  static final String PENDING = "pending-observations";

  private final DriftOptions options;
  private final StageCounters counters;
  private final Counter unwatched;
  private final Sketches sketches;
  private final StreamClock clock;
  private @Nullable ProcessorContext<String, Batch> context;
  private @Nullable KnownSegments known;
  private @Nullable PendingBatches pending;
  private @Nullable IdleSegments idle;

  ObserveScores(DriftOptions options, MeterRegistry registry) {
    this.options = options;
    this.counters = new StageCounters(DriftMonitor.STAGE, registry);
    this.unwatched = Metric.DRIFT_UNWATCHED.counter(registry);
    this.sketches = new Sketches(Metric.DRIFT_EMBEDDINGS_PASSED_OVER.counter(registry));
    this.clock = new StreamClock(DriftMonitor.STAGE, options.clockTolerance(), registry);
  }

  static Set<StoreBuilder<?>> stores() {
    return Set.of(
        IdleSegments.builder(DAYS), KnownSegments.builder(KNOWN), PendingBatches.builder(PENDING));
  }

  @Override
  public void init(ProcessorContext<String, Batch> newContext) {
    context = newContext;
    known =
        new KnownSegments(
            newContext.getStateStore(KNOWN), options.leastOnPartition(), options.maxSegments());
    pending =
        new PendingBatches(newContext.getStateStore(PENDING), options.batchWait(), this::send);
    idle = new IdleSegments(newContext.getStateStore(DAYS), options.forgetIdle());
    newContext.schedule(options.batchWait(), PunctuationType.WALL_CLOCK_TIME, pending::sendDue);
  }

  @Override
  public void process(Record<String, Score> record) {
    counters.received();
    Score score = checked(record.value());
    if (score.getKind() == ScoreKind.TICKET) {
      String segment = Segments.of(score.getContext());
      Observation observation = observation(score, segment);
      add(Segments.ALL, record, observation);
      forgetIdle(segment, observation.time());
      if (requireNonNull(known).observed(segment)) {
        add(segment, record, observation.withoutOrigin());
      } else {
        unwatched.increment();
      }
    }
    counters.processed();
  }

  private Observation observation(Score score, String segment) {
    long written = score.getContext().getCreatedAt().toEpochMilli();
    long time =
        clock.observe(
            Math.min(written, score.getScoredAt().toEpochMilli()), requireNonNull(context));
    return new Observation(
        Observation.isExample(score.getTicketId()) ? score.getTicketId() : "",
        segment,
        ScoreUnits.of(score.getScore()),
        time,
        Math.max(0, score.getStyle().getLength()),
        Math.max(0, score.getOriginalTokens()),
        options.uses(Detector.MMD) && score.getEmbedding() != null
            ? sketches.of(score.getModel().getHash(), score.getEmbedding())
            : null);
  }

  private void add(String segment, Record<String, Score> record, Observation observation) {
    ModelRef model = record.value().getModel();
    Batch one = new Batch(model, record.timestamp(), trace(record), List.of(observation));
    requireNonNull(pending).add(segment, one, requireNonNull(context).currentSystemTimeMs());
  }

  private void send(String segment, Batch batch) {
    RecordHeaders headers = new RecordHeaders();
    if (!batch.trace().isEmpty()) {
      TRACEPARENT.add(headers, batch.trace());
    }
    requireNonNull(context).forward(new Record<>(segment, batch, batch.recordTime(), headers));
  }

  private void forgetIdle(String segment, long time) {
    KnownSegments segments = requireNonNull(known);
    IdleSegments idleOnes = requireNonNull(idle);
    if (idleOnes.seen(segment, time)) {
      segments.forget(segment);
    }
    idleOnes.forgetDue(segments::forget);
  }

  private static String trace(Record<String, Score> record) {
    return requireNonNullElse(TRACEPARENT.text(record.headers()), "");
  }

  private static Score checked(@Nullable Score score) {
    if (score == null) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "found a record without value, expected a score: publish no tombstones into scores");
    }
    double value = score.getScore();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new PoisonException(
          PoisonReason.NOT_A_NUMBER,
          "score = %s: expected a number in [0, 1]; look at model %s %s"
              .formatted(value, score.getModel().getId(), score.getModel().getVersion()));
    }
    if (value < 0 || value > 1) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "score = %s: expected a number in [0, 1]; publish calibrated scores, not logits"
              .formatted(value));
    }
    return score;
  }
}
