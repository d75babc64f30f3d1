package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.RandomFrequencies;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.drift.detect.Sketch;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of each ticket's score one observation for the whole stream and one for its segment, and
 * sends them on in batches: when one is full, when the model changes, and at the latest {@code
 * drift.batch-wait} after its first. So the partition that carries the whole stream, or a large
 * segment, gets a twenty-fifth of the records. Scores of responses are passed over: they compete
 * with each other and have no level of their own.
 *
 * <p>A segment is observed once its partition has seen as many predictions of it as {@code
 * drift.min-segment} asks for, divided by the partitions, and a second segment; until then it
 * counts in the whole only. The cap bounds both how many segments are observed and how many are
 * counted on the way there.
 *
 * <p>Of an embedding a sketch goes on. One that is empty or holds NaN or infinity is passed over
 * and counted, and its score counts without it.
 *
 * <p>The same score never comes twice: the scorer writes scores and offsets in one transaction,
 * this stage reads committed records and commits with its output.
 */
final class ObserveScores implements Processor<String, Score, String, Batch> {

  /**
   * Predictions of each segment seen on a partition, as far as they are counted; how many segments
   * there are under {@link #SEEN}, and how many of them are observed under {@link #OBSERVED}.
   */
  static final String KNOWN = "known-segments";

  /** On which day each segment came last. */
  static final String DAYS = "observed-days";

  /** Batches that are not full. */
  static final String PENDING = "pending-observations";

  /** Segments that are counted, for each that may be observed. */
  private static final int CANDIDATES = 4;

  /** What random frequencies are made for. */
  private record Frequencies(String model, int size) {}

  /** More than the models that are scored with at a time. */
  private static final int MOST_FREQUENCIES = 4;

  private static final Logger log = LoggerFactory.getLogger(ObserveScores.class);
  private static final String SEEN = "seen";
  private static final String OBSERVED = "observed";
  private static final String TRACE = "traceparent";

  private final DriftOptions options;
  private final StageCounters counters;
  private final Counter unwatched;
  private final Counter passedOver;
  private final Map<Frequencies, RandomFrequencies> frequencies = new HashMap<>();
  private final StreamClock clock;
  private final Map<String, Batch> pending = new TreeMap<>();
  private final Map<String, Long> waitingSince = new TreeMap<>();
  private @Nullable ProcessorContext<String, Batch> context;
  private @Nullable KeyValueStore<String, Long> known;
  private @Nullable KeyValueStore<String, Batch> store;
  private @Nullable IdleSegments idle;
  private boolean loaded;
  private boolean capLogged;

  ObserveScores(DriftOptions options, MeterRegistry registry) {
    this.options = options;
    this.counters = new StageCounters(DriftMonitor.STAGE, registry);
    this.unwatched = Metric.DRIFT_UNWATCHED.counter(registry);
    this.passedOver = Metric.DRIFT_EMBEDDINGS_PASSED_OVER.counter(registry);
    this.clock = new StreamClock(DriftMonitor.STAGE, options.clockTolerance(), registry);
  }

  static Set<StoreBuilder<?>> stores() {
    return Set.of(
        IdleSegments.builder(DAYS),
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(KNOWN), Serdes.String(), Serdes.Long())
            .withCachingEnabled(),
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(PENDING), Serdes.String(), Batch.serde())
            .withCachingEnabled());
  }

  @Override
  public void init(ProcessorContext<String, Batch> newContext) {
    context = newContext;
    known = newContext.getStateStore(KNOWN);
    store = newContext.getStateStore(PENDING);
    idle = new IdleSegments(newContext.getStateStore(DAYS), options.forgetIdle());
    loaded = false;
    newContext.schedule(
        options.batchWait(), PunctuationType.WALL_CLOCK_TIME, this::sendWaitingSince);
  }

  @Override
  public void process(Record<String, Score> record) {
    load();
    counters.received();
    Score score = checked(record.value());
    if (score.getKind() == ScoreKind.TICKET) {
      String segment = Segments.of(score.getContext());
      Observation observation = observation(score, segment);
      Batch one =
          new Batch(score.getModel(), record.timestamp(), trace(record), List.of(observation));
      add(Segments.ALL, one);
      forgetIdle(segment, observation.time());
      if (observed(segment)) {
        add(segment, one.withoutOrigins());
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
            ? sketch(score.getModel().getHash(), score.getEmbedding())
            : null);
  }

  private @Nullable Sketch sketch(String model, List<Float> embedding) {
    int size = embedding.size();
    Sketch sketch = null;
    if (size > 0 && size <= RandomFrequencies.MOST_NUMBERS) {
      float[] numbers = new float[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = embedding.get(i);
      }
      sketch = frequencies(new Frequencies(model, size)).sketch(numbers);
    }
    if (sketch == null) {
      passedOver.increment();
    }
    return sketch;
  }

  private RandomFrequencies frequencies(Frequencies of) {
    if (frequencies.size() >= MOST_FREQUENCIES && !frequencies.containsKey(of)) {
      frequencies.clear();
    }
    return frequencies.computeIfAbsent(of, f -> new RandomFrequencies(f.model(), f.size()));
  }

  private void add(String segment, Batch one) {
    Batch batch = pending.get(segment);
    if (batch != null && !batch.model().getHash().equals(one.model().getHash())) {
      send(segment, batch);
      batch = null;
    }
    Batch more = batch == null ? one : batch.plus(one);
    if (more.full()) {
      send(segment, more);
      return;
    }
    pending.put(segment, more);
    waitingSince.putIfAbsent(segment, requireNonNull(context).currentSystemTimeMs());
    requireNonNull(store).put(segment, more);
  }

  /** Takes over what waits in the store, before the first record or the first look at the clock. */
  private void load() {
    if (loaded) {
      return;
    }
    pending.clear();
    waitingSince.clear();
    long now = requireNonNull(context).currentSystemTimeMs();
    try (KeyValueIterator<String, Batch> all = requireNonNull(store).all()) {
      while (all.hasNext()) {
        KeyValue<String, Batch> entry = all.next();
        pending.put(entry.key, entry.value);
        waitingSince.put(entry.key, now);
      }
    }
    loaded = true;
  }

  private void sendWaitingSince(long now) {
    load();
    long due = now - options.batchWait().toMillis();
    for (String segment : new ArrayList<>(pending.keySet())) {
      if (waitingSince.getOrDefault(segment, due) <= due) {
        send(segment, requireNonNull(pending.get(segment)));
      }
    }
  }

  private void send(String segment, Batch batch) {
    pending.remove(segment);
    waitingSince.remove(segment);
    requireNonNull(store).delete(segment);
    RecordHeaders headers = new RecordHeaders();
    if (!batch.trace().isEmpty()) {
      headers.add(TRACE, batch.trace().getBytes(StandardCharsets.UTF_8));
    }
    requireNonNull(context).forward(new Record<>(segment, batch, batch.recordTime(), headers));
  }

  /** Segments that come no more make room for others below the cap. */
  private void forgetIdle(String segment, long time) {
    IdleSegments segments = requireNonNull(idle);
    if (segments.seen(segment, time)) {
      forget(segment);
    }
    String next = segments.next();
    for (int i = 1; next != null; i++) {
      forget(next);
      next = i < IdleSegments.AT_ONCE ? segments.next() : null;
    }
  }

  private void forget(String segment) {
    KeyValueStore<String, Long> segments = requireNonNull(known);
    Long predictions = segments.delete(segment);
    if (predictions != null) {
      // Not below two: that one segment is left does not make it the whole stream.
      segments.put(SEEN, Math.max(2, count(SEEN) - 1));
      if (predictions >= options.leastOnPartition()) {
        segments.put(OBSERVED, Math.max(0, count(OBSERVED) - 1));
      }
    }
  }

  /** Counts a prediction of a segment; whether the segment is one of those that are observed. */
  private boolean observed(String segment) {
    KeyValueStore<String, Long> segments = requireNonNull(known);
    Long before = segments.get(segment);
    long enough = options.leastOnPartition();
    long cap = options.maxSegments();
    if (before == null) {
      if (!raised(SEEN, CANDIDATES * cap)) {
        return false;
      }
    } else if (before >= enough) {
      return several();
    }
    long now = before == null ? 1 : before + 1;
    if (now >= enough && !raised(OBSERVED, cap)) {
      return false;
    }
    segments.put(segment, now);
    return now >= enough && several();
  }

  /** Until a partition has seen a second segment, the first is the whole stream. */
  private boolean several() {
    return count(SEEN) > 1;
  }

  private boolean raised(String counter, long most) {
    long count = count(counter);
    if (count >= most) {
      if (!capLogged) {
        capLogged = true;
        log.atWarn()
            .addKeyValue("cap", options.maxSegments())
            .log("more segments than drift.max-segments; further ones count in the whole only");
      }
      return false;
    }
    requireNonNull(known).put(counter, count + 1);
    return true;
  }

  private long count(String counter) {
    Long count = requireNonNull(known).get(counter);
    return count == null ? 0 : count;
  }

  private static String trace(Record<String, Score> record) {
    Header trace = record.headers().lastHeader(TRACE);
    return trace == null || trace.value() == null
        ? ""
        : new String(trace.value(), StandardCharsets.UTF_8);
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
