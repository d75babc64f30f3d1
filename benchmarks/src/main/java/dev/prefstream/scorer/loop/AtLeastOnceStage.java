package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.DeadLetters;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.model.ScoringModel;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The scoring stage without transactions: the same preparers, packer, device workers, ledger,
 * epochs and backpressure, but scores are sent as they are, and offsets follow once the broker has
 * them. A crash between the two scores records twice. Only to measure what exactly once costs: no
 * rebalances, no recovery, any failure ends it.
 */
public final class AtLeastOnceStage implements AutoCloseable {

  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private final ScoringStage.Settings settings;
  private final Time time = Time.system();
  private final StageHealth health = new StageHealth();
  private final ServedModels models;
  private final Dispatcher dispatcher;
  private final BlockingQueue<Row> toPrepare = new LinkedBlockingQueue<>();
  private final OffsetLedger<TopicPartition, Row> ledger = new OffsetLedger<>(Row::done);
  private final Backpressure backpressure = new Backpressure();
  private final EpochPolicy policy;
  private final ScoringMeters meters;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;
  private boolean paused;
  private boolean pausedSinceCommit;
  private long commitBegunNanos;
  private long commitNanos;

  /** Starts at once; closes the models at its end. */
  public AtLeastOnceStage(
      ScoringStage.Settings settings,
      Installation installation,
      List<? extends ScoringModel> scoring,
      MeterRegistry registry) {
    this.settings = settings;
    this.models = new ServedModels(scoring);
    this.dispatcher = new Dispatcher(settings.packing(), settings.sharedDevice(), time);
    this.policy =
        new EpochPolicy(
            settings.minEpoch().toNanos(),
            Math.max(settings.minEpoch().toNanos(), settings.maxEpoch().toNanos()),
            settings.epochRecords());
    this.meters = new ScoringMeters(registry, time);
    this.consumer = consumer(installation);
    this.producer = producer(installation);
    consumer.subscribe(Set.of(installation.name(Topics.SCORING_REQUESTS)));
    Thread loop = new Thread(this::run, "scoring-loop");
    Runnable wake = () -> LockSupport.unpark(loop);
    DeadLetterBox deadLetters =
        new DeadLetterBox(new DeadLetters("scoring", installation, time.wall()));
    for (int i = 0; i < settings.tokenisers(); i++) {
      Preparer preparer =
          new Preparer(
              toPrepare,
              installation.deserializer(Topics.SCORING_REQUESTS),
              models,
              dispatcher,
              deadLetters,
              health,
              time,
              wake);
      threads.add(new Thread(preparer, "scoring-tokeniser-" + i));
    }
    for (int i = 0; i < settings.sessions(); i++) {
      ScoreRecords records = new ScoreRecords(installation, () -> false);
      threads.add(
          new Thread(
              new DeviceWorker(dispatcher, records, deadLetters, health, registry, time, wake),
              "scoring-device-" + i));
    }
    threads.add(loop);
    threads.forEach(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
  }

  /**
   * @throws IllegalStateException when it has stopped by itself
   */
  public void check() {
    Throwable found = failure != null ? failure : health.fault();
    if (found != null) {
      throw new IllegalStateException("scoring at least once failed: " + found, found);
    }
  }

  private void run() {
    try (consumer;
        producer) {
      while (!stopping) {
        takeIn();
        if (commitDue()) {
          commit();
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private boolean commitDue() {
    int ready = ledger.ready(policy.maxRecords());
    long since = time.now() - commitBegunNanos;
    return policy.due(ready, ledger.size() - ready, since, commitNanos, pausedSinceCommit);
  }

  private void takeIn() {
    boolean accepts = backpressure.accepts(dispatcher.queuedTokens(), settings.leastQueue());
    if (!accepts) {
      consumer.pause(consumer.assignment());
    } else if (paused) {
      consumer.resume(consumer.assignment());
    }
    paused = !accepts;
    pausedSinceCommit |= paused;
    int taken = 0;
    for (ConsumerRecord<byte[], byte[]> record :
        consumer.poll(ledger.isEmpty() ? Duration.ofMillis(100) : Duration.ZERO)) {
      Row row = new Row(record, time.now(), Row.estimate(record.value().length));
      ledger.add(new TopicPartition(record.topic(), record.partition()), record.offset(), row);
      dispatcher.expect(row);
      toPrepare.add(row);
      taken++;
    }
    if (taken == 0 && !ledger.isEmpty()) {
      long until = time.now() + (paused ? 10 * LOOK_AGAIN_NANOS : LOOK_AGAIN_NANOS);
      for (long left = until - time.now(); left > 0 && !commitDue(); left = until - time.now()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  private void commit() {
    OffsetLedger.Epoch<TopicPartition, Row> epoch = ledger.epoch(policy.maxRecords());
    List<Outcome> outcomes = epoch.rows().stream().map(Row::end).toList();
    ledger.remove(epoch);
    commitBegunNanos = time.now();
    pausedSinceCommit = paused;
    outcomes.stream()
        .flatMap(outcome -> outcome.output().stream())
        .forEach(
            output ->
                producer.send(
                    output,
                    (sent, e) -> {
                      if (e != null) {
                        failure = e;
                      }
                    }));
    producer.flush();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    epoch.next().forEach((partition, next) -> offsets.put(partition, new OffsetAndMetadata(next)));
    consumer.commitSync(offsets);
    commitNanos = time.now() - commitBegunNanos;
    meters.committed(epoch.rows(), outcomes);
  }

  /** With the settings of the stage's own consumer. */
  private KafkaConsumer<byte[], byte[]> consumer(Installation installation) {
    Map<String, Object> config = new HashMap<>(installation.clientConfig());
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.polledRecords());
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, "bench-at-least-once");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** With the settings of the stage's own producer, but for the transactions. */
  private static KafkaProducer<byte[], byte[]> producer(Installation installation) {
    Map<String, Object> config = new HashMap<>(installation.clientConfig());
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Installation.LARGEST_REQUEST);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void close() {
    stopping = true;
    Thread loop = threads.get(threads.size() - 1);
    try {
      loop.join();
      for (Thread worker : threads.subList(0, threads.size() - 1)) {
        worker.interrupt();
        worker.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    models.close();
  }
}
