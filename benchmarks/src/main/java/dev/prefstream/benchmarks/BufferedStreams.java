package dev.prefstream.benchmarks;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Batching as Kafka Streams allows it safely: records wait in a store with a changelog, and a
 * punctuator scores them in batches sorted by length and takes them out. Exactly once. Generous to
 * it: the store is in memory, a full buffer does not wait for the punctuator, and its output is the
 * request's bytes.
 */
final class BufferedStreams implements DrainArm.Subject {

  private static final String STORE = "buffer";
  private static final Duration WAIT = Duration.ofMillis(5);
  private static final int FULL = 64;

  /** Padded tokens in a batch: what calibration finds for a small transformer on a CPU. */
  private static final int BUDGET = 2_048;

  private final Callable<ScoringModel> model;

  BufferedStreams(Callable<ScoringModel> model) {
    this.model = model;
  }

  @Override
  public DrainArm.Running start(BenchCluster cluster, Round round) throws Exception {
    ScoringModel scoring = model.call();
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.Long(), Serdes.ByteArray()));
    builder.stream(
            cluster.installation().name(Topics.SCORING_REQUESTS),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .process(() -> new Buffering(scoring, cluster), STORE)
        .to(
            cluster.installation().name(Topics.SCORES),
            Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    return PerRecordStreams.running(
        new KafkaStreams(builder.build(), PerRecordStreams.properties(cluster, round)),
        scoring::close);
  }

  private static final class Buffering implements Processor<byte[], byte[], byte[], byte[]> {

    private record Waiting(long offset, byte[] value, EncodedText text) {}

    private final ScoringModel model;
    private final ModelSession session;
    private final Deserializer<ScoringRequest> deserializer;
    private final String topic;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<Long, byte[]> store;
    private int waiting;

    @SuppressWarnings("NullAway") // Kafka Streams calls init before all else.
    Buffering(ScoringModel model, BenchCluster cluster) {
      this.model = model;
      this.session = model.openSession();
      this.deserializer = cluster.installation().deserializer(Topics.SCORING_REQUESTS);
      this.topic = cluster.installation().name(Topics.SCORING_REQUESTS);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
      context = given;
      store = given.getStateStore(STORE);
      given.schedule(WAIT, PunctuationType.WALL_CLOCK_TIME, now -> score());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      store.put(context.recordMetadata().orElseThrow().offset(), record.value());
      if (++waiting >= FULL) {
        score();
      }
    }

    private void score() {
      List<Waiting> rows = new ArrayList<>();
      try (KeyValueIterator<Long, byte[]> all = store.all()) {
        while (all.hasNext()) {
          KeyValue<Long, byte[]> row = all.next();
          ScoringRequest request = deserializer.deserialize(topic, row.value);
          rows.add(new Waiting(row.key, row.value, model.encode(model.text(request))));
        }
      }
      rows.sort(Comparator.comparingInt((Waiting row) -> row.text.cost()).reversed());
      for (int from = 0; from < rows.size(); ) {
        int padded = model.paddedLength(rows.get(from).text.cost());
        int to = Math.min(rows.size(), from + Math.max(1, BUDGET / padded));
        score(rows.subList(from, to), padded);
        from = to;
      }
      waiting = 0;
    }

    private void score(List<Waiting> batch, int padded) {
      double[] logits = session.logits(batch.stream().map(Waiting::text).toList(), padded);
      for (int i = 0; i < logits.length; i++) {
        if (!Double.isFinite(logits[i])) {
          throw new IllegalStateException("found a logit that is no number");
        }
        context.forward(new Record<>(null, batch.get(i).value, context.currentSystemTimeMs()));
        store.delete(batch.get(i).offset);
      }
    }

    @Override
    public void close() {
      session.close();
      deserializer.close();
    }
  }
}
