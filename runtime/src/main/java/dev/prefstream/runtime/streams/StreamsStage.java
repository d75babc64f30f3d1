package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.failure.DeadLetters;
import dev.prefstream.runtime.failure.FailureKind;
import dev.prefstream.runtime.kafka.BrokerContact;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.Service;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage that is a Kafka Streams application: exactly once, dead letters for poison, a thread
 * replaced after a TRANSIENT failure, the whole stage stopped by a BUG.
 */
public final class StreamsStage implements Service {

  private static final Logger log = LoggerFactory.getLogger(StreamsStage.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final String name;
  private final KafkaStreams streams;
  private final KafkaStreamsMetrics metrics;
  private final BrokerContact contact;
  private final AtomicReference<@Nullable Throwable> lastFailure = new AtomicReference<>();

  /**
   * @param name intake, decision, oversight or drift; also the application id, below the
   *     installation's prefix
   */
  public StreamsStage(
      String name,
      StagePace pace,
      Topology topology,
      Configuration configuration,
      Installation installation,
      MeterRegistry registry) {
    this.name = name;
    Properties properties = properties(name, pace, configuration, installation, registry);
    this.streams =
        new KafkaStreams(topology, properties, new StageClients(pace.waitWhileOpen(configuration)));
    this.streams.setUncaughtExceptionHandler(this::afterFailure);
    this.metrics = new KafkaStreamsMetrics(streams);
    this.metrics.bindTo(registry);
    this.contact = new BrokerContact(installation, streams::metrics);
  }

  /**
   * What the stage's Streams application is configured with; also for tests that drive a topology
   * without a broker.
   */
  public static Properties properties(
      String name,
      StagePace pace,
      Configuration configuration,
      Installation installation,
      MeterRegistry registry) {
    Properties properties = new Properties();
    properties.putAll(installation.clientConfig());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, installation.scoped(name));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    long commitMillis = pace.commitMillis(configuration);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMillis);
    pace.leastFetchBytes()
        .ifPresent(
            bytes -> {
              properties.put(
                  StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), bytes);
              properties.put(
                  StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
                  Math.toIntExact(Math.max(1, commitMillis / 2)));
            });
    properties.put(StreamsConfig.STATE_DIR_CONFIG, configuration.get(StreamsOptions.STATE_DIR));
    properties.put(
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, configuration.get(StreamsOptions.THREADS));
    properties.put(
        StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
        configuration.get(StreamsOptions.STANDBY_REPLICAS));
    int replication = configuration.get(KafkaOptions.REPLICATION);
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replication);
    TopicAdmin.durability(replication)
        .forEach((key, value) -> properties.put(StreamsConfig.topicPrefix(key), value));
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, pace.storeCacheBytes());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedStoreMemory.class);
    properties.put(BoundedStoreMemory.CONFIG, configuration.get(StreamsOptions.STORE_MEMORY));
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterOnBadBytes.class);
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterOnPoison.class);
    properties.put(
        StageRefusals.CONFIG,
        new StageRefusals(name, new DeadLetters(name, installation, Clock.systemUTC()), registry));
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        Math.toIntExact(configuration.get(KafkaOptions.TRANSACTION_TIMEOUT).toMillis()));
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Installation.LARGEST_REQUEST);
    properties.putIfAbsent(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
        installation.transactionalConfig().get(ProducerConfig.RETRY_BACKOFF_MS_CONFIG));
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    installation
        .memberId(name)
        .ifPresent(
            id ->
                properties.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
    return properties;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {
    streams.start();
  }

  @Override
  public Health health() {
    Throwable failure = lastFailure.get();
    String cause = failure == null ? "" : ": " + failure;
    Health own =
        switch (streams.state()) {
          case CREATED -> Health.starting("not started");
          case REBALANCING ->
              failure == null
                  ? Health.starting("joining its group and restoring state")
                  : Health.waiting("recovering" + cause);
          case RUNNING -> Health.ready();
          case PENDING_SHUTDOWN, NOT_RUNNING -> Health.stopped();
          case PENDING_ERROR, ERROR -> Health.failed("stopped by a failure" + cause);
        };
    return contact.of(own);
  }

  @Override
  public void close() {
    metrics.close();
    if (!streams.close(CLOSE_TIMEOUT)) {
      log.atWarn()
          .addKeyValue("stage", name)
          .addKeyValue("timeout", CLOSE_TIMEOUT)
          .log("stage did not stop in time; its transaction is aborted by the broker");
    }
  }

  private StreamThreadExceptionResponse afterFailure(Throwable failure) {
    lastFailure.set(failure);
    FailureKind kind = FailureKind.of(failure);
    log.atError()
        .addKeyValue("stage", name)
        .addKeyValue("kind", kind)
        .setCause(failure)
        .log("stream thread failed");
    return kind == FailureKind.TRANSIENT
        ? StreamThreadExceptionResponse.REPLACE_THREAD
        : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }
}
