package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of each ticket's score one observation for the whole stream and one for its segment. Scores
 * of responses are passed over: they compete with each other and have no level of their own.
 *
 * <p>A segment is observed once the partition has seen a second one, for until then it is the whole
 * stream and its alerts would only repeat the whole's; and while the partition has seen no more
 * than the cap allows.
 *
 * <p>The same score never comes twice: the scorer writes scores and offsets in one transaction,
 * this stage reads committed records and commits with its output.
 */
final class ObserveScores implements Processor<String, Score, String, Observation> {

  /** Segments seen on a partition, each with its number from 1; how many under the empty key. */
  static final String KNOWN = "known-segments";

  private static final Logger log = LoggerFactory.getLogger(ObserveScores.class);
  private static final String COUNT = "";
  private static final String TRACE = "traceparent";

  private final int maxSegments;
  private final StageCounters counters;
  private @Nullable ProcessorContext<String, Observation> context;
  private @Nullable KeyValueStore<String, Integer> known;
  private boolean capLogged;

  ObserveScores(int maxSegments, MeterRegistry registry) {
    this.maxSegments = maxSegments;
    this.counters = new StageCounters(DriftMonitor.STAGE, registry);
  }

  static StoreBuilder<KeyValueStore<String, Integer>> knownSegments() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(KNOWN), Serdes.String(), Serdes.Integer());
  }

  @Override
  public void init(ProcessorContext<String, Observation> newContext) {
    context = newContext;
    known = newContext.getStateStore(KNOWN);
  }

  @Override
  public void process(Record<String, Score> record) {
    counters.received();
    Score score = checked(record.value());
    if (score.getKind() == ScoreKind.TICKET) {
      Observation observation =
          new Observation(
              score.getTicketId(),
              score.getScore(),
              Math.min(
                  score.getContext().getCreatedAt().toEpochMilli(),
                  score.getScoredAt().toEpochMilli()),
              score.getModel());
      RecordHeaders headers = new RecordHeaders();
      Header trace = record.headers().lastHeader(TRACE);
      if (trace != null) {
        headers.add(trace);
      }
      Record<String, Observation> out =
          new Record<>(Segments.ALL, observation, record.timestamp(), headers);
      requireNonNull(context).forward(out);
      String segment = Segments.of(score.getContext());
      if (observed(segment)) {
        requireNonNull(context).forward(out.withKey(segment));
      }
    }
    counters.processed();
  }

  private boolean observed(String segment) {
    KeyValueStore<String, Integer> segments = requireNonNull(known);
    Integer stored = segments.get(COUNT);
    int count = stored == null ? 0 : stored;
    if (segments.get(segment) == null) {
      if (count >= maxSegments) {
        if (!capLogged) {
          capLogged = true;
          log.atWarn()
              .addKeyValue("cap", maxSegments)
              .log("more segments than drift.max-segments; further ones count in the whole only");
        }
        return false;
      }
      segments.put(segment, ++count);
      segments.put(COUNT, count);
    }
    return count > 1;
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
