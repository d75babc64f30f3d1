package dev.prefstream.benchmarks;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What one would write first: a Kafka Streams processor that scores each record by itself, exactly
 * once, one stream thread for each core. Its output is the request's bytes, which costs it less
 * than a score would.
 */
final class PerRecordStreams implements DrainArm.Subject {

  private final Callable<ScoringModel> model;

  PerRecordStreams(Callable<ScoringModel> model) {
    this.model = model;
  }

  @Override
  public DrainArm.Running start(BenchCluster cluster, Round round) throws Exception {
    ScoringModel scoring = model.call();
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(
            cluster.installation().name(Topics.SCORING_REQUESTS),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .process(() -> new Scoring(scoring, cluster))
        .to(
            cluster.installation().name(Topics.SCORES),
            Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    KafkaStreams streams = new KafkaStreams(builder.build(), properties(cluster, round));
    return running(streams, scoring::close);
  }

  /**
   * Starts them.
   *
   * @param last called when they have ended
   */
  static DrainArm.Running running(KafkaStreams streams, Runnable last) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    streams.setUncaughtExceptionHandler(
        e -> {
          failure.set(e);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
    return new DrainArm.Running() {
      @Override
      public void check() {
        Throwable found = failure.get();
        if (found != null) {
          throw new IllegalStateException("Kafka Streams stopped", found);
        }
      }

      @Override
      public void close() {
        streams.close();
        last.run();
      }
    };
  }

  static Properties properties(BenchCluster cluster, Round round) {
    Properties properties = new Properties();
    properties.putAll(cluster.clientConfig());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench-streams");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, round.folder().resolve("bench").toString());
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // As our own stages have it, or the comparison would be with a client's default.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
        cluster.installation().transactionalConfig().get(ProducerConfig.RETRY_BACKOFF_MS_CONFIG));
    return properties;
  }

  private static final class Scoring implements Processor<byte[], byte[], byte[], byte[]> {

    private final ScoringModel model;
    private final ModelSession session;
    private final Deserializer<ScoringRequest> deserializer;
    private final String topic;
    private ProcessorContext<byte[], byte[]> context;

    @SuppressWarnings("NullAway") // Kafka Streams calls init before all else.
    Scoring(ScoringModel model, BenchCluster cluster) {
      this.model = model;
      this.session = model.openSession();
      this.deserializer = cluster.installation().deserializer(Topics.SCORING_REQUESTS);
      this.topic = cluster.installation().name(Topics.SCORING_REQUESTS);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
      context = given;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      EncodedText text = model.encode(model.text(deserializer.deserialize(topic, record.value())));
      double logit = session.logits(List.of(text), model.paddedLength(text.cost()))[0];
      if (!Double.isFinite(logit)) {
        throw new IllegalStateException("found a logit that is no number");
      }
      context.forward(record);
    }

    @Override
    public void close() {
      session.close();
      deserializer.close();
    }
  }
}
