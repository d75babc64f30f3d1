package dev.prefstream.benchmarks;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Confluent's parallel-consumer, each record scored by itself on one of as many threads as there
 * are cores, in the order of keys. Its output is the request's bytes.
 */
final class ParallelConsumer implements DrainArm.Subject {

  private final Callable<ScoringModel> model;
  private final CommitMode mode;

  /**
   * @param mode periodic transactions for exactly once, else at least once
   */
  ParallelConsumer(Callable<ScoringModel> model, CommitMode mode) {
    this.model = model;
    this.mode = mode;
  }

  @Override
  public DrainArm.Running start(BenchCluster cluster, Round round) throws Exception {
    ScoringModel scoring = model.call();
    Deserializer<ScoringRequest> deserializer =
        cluster.installation().deserializer(Topics.SCORING_REQUESTS);
    String from = cluster.installation().name(Topics.SCORING_REQUESTS);
    String to = cluster.installation().name(Topics.SCORES);
    ThreadLocal<ModelSession> session = ThreadLocal.withInitial(scoring::openSession);
    ParallelStreamProcessor<byte[], byte[]> processor =
        ParallelStreamProcessor.createEosStreamProcessor(
            ParallelConsumerOptions.<byte[], byte[]>builder()
                .consumer(consumer(cluster))
                .producer(producer(cluster))
                .commitMode(mode)
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(Runtime.getRuntime().availableProcessors())
                .build());
    processor.subscribe(Set.of(from));
    processor.pollAndProduce(
        context -> {
          ConsumerRecord<byte[], byte[]> record = context.getSingleConsumerRecord();
          EncodedText text =
              scoring.encode(scoring.text(deserializer.deserialize(from, record.value())));
          double logit = session.get().logits(List.of(text), scoring.paddedLength(text.cost()))[0];
          if (!Double.isFinite(logit)) {
            throw new IllegalStateException("found a logit that is no number");
          }
          return new ProducerRecord<>(to, record.key(), record.value());
        });
    return new DrainArm.Running() {
      @Override
      public void check() {
        if (processor.isClosedOrFailed()) {
          throw new IllegalStateException("parallel-consumer stopped by itself", cause(processor));
        }
      }

      @Override
      public void close() {
        processor.close();
        scoring.close();
      }
    };
  }

  private static Exception cause(ParallelStreamProcessor<byte[], byte[]> processor) {
    return processor
            instanceof
            io.confluent.parallelconsumer.internal.AbstractParallelEoSStreamProcessor<?, ?> known
        ? known.getFailureCause()
        : new IllegalStateException("it does not say why");
  }

  private static KafkaConsumer<byte[], byte[]> consumer(BenchCluster cluster) {
    Map<String, Object> config = new HashMap<>(cluster.clientConfig());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, "bench-parallel-consumer");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private KafkaProducer<byte[], byte[]> producer(BenchCluster cluster) {
    boolean transactional = mode == CommitMode.PERIODIC_TRANSACTIONAL_PRODUCER;
    Map<String, Object> config =
        transactional
            ? cluster.installation().transactionalConfig()
            : cluster.installation().clientConfig();
    if (transactional) {
      config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "bench-parallel-consumer");
    }
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
