package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.DriftState;
import dev.prefstream.schemas.avro.RetrainingDone;
import dev.prefstream.schemas.avro.RetrainingOutcome;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Score;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage on a real broker: three partitions of scores, bad bytes, machines that come and go. */
class DriftMonitorIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TENANTS = 6;

  /** A machine that stopped does not leave its group, so others wait for its session to end. */
  private static final Map<String, String> MISSED_SOON =
      Map.of("kafka.session.timeout.ms", "6000", "kafka.heartbeat.interval.ms", "1000");

  @Test
  void oneAlertAndOneTriggerForADriftThoughOneMachineStopsHalfWayAndAnotherGoesOn(
      @TempDir Path dir) {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0)) {
      Map<String, String> settings = new HashMap<>(cluster.configuration());
      settings.put("topics.partitions", "3");
      settings.putAll(MISSED_SOON);
      Configuration configuration = DriftDriver.configuration(dir.resolve("first"), settings);
      Installation installation = Installation.of(configuration);
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(admin, installation, 3, 1).create();
      }

      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      SimpleMeterRegistry later = new SimpleMeterRegistry();
      publish(installation, 0, 2000, 0.5);
      try (Service drift = started(configuration, installation, registry)) {
        awaitCount(installation, Topics.DRIFT_REPORTS, 2);
        publish(installation, 2000, 1500, 0.9);
        publishBadBytes(installation);
        awaitCount(installation, Topics.DRIFT_ALERTS, 1);
      }
      Configuration elsewhere = DriftDriver.configuration(dir.resolve("second"), settings);
      try (Service drift = started(elsewhere, installation, later)) {
        publish(installation, 3500, 2500, 0.9);
        awaitCount(installation, Topics.DRIFT_REPORTS, 6);
      }

      List<DriftAlert> alerts = committed(installation, Topics.DRIFT_ALERTS);
      assertThat(alerts)
          .extracting(DriftAlert::getEvent)
          .startsWith(AlertEvent.OPENED)
          .containsOnlyOnce(AlertEvent.OPENED)
          .doesNotContain(AlertEvent.RECOVERED, AlertEvent.CLOSED);
      assertThat(alerts)
          .extracting(DriftAlert::getAlertId)
          .containsOnly(alerts.get(0).getAlertId());
      assertThat(alerts.get(0).getPredictions()).isBetween(2376L, 2400L);
      assertThat(committed(installation, Topics.RETRAINING_TRIGGERS))
          .extracting(RetrainingTrigger::getAlertId)
          .containsExactly(alerts.get(0).getAlertId());
      assertThat(committed(installation, Topics.DRIFT_REPORTS))
          .extracting(DriftReport::getPredictions)
          .containsExactly(1000L, 2000L, 3000L, 4000L, 5000L, 6000L);
      assertThat(committed(installation, Topics.DEAD_LETTERS))
          .extracting(DeadLetter::getReason)
          .containsExactly("UNDECODABLE");
      // How far the first got before it stopped is open; what it took in, it accounts for.
      assertBalanced(registry);
      assertBalanced(later);
    }
  }

  /** The stage reads what it asks itself: word on a request makes what scores are like usual. */
  @Test
  void wordThatRetrainingIsDeclinedBeginsANewReference(@TempDir Path dir) {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0)) {
      Map<String, String> settings = new HashMap<>(cluster.configuration());
      settings.put("drift.detectors", "cusum-mean");
      settings.put("drift.reference", "1000");
      settings.put("drift.provisional-reference", "0");
      settings.put("drift.signals", "");
      Configuration configuration = DriftDriver.configuration(dir.resolve("state"), settings);
      Installation installation = Installation.of(configuration);
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(admin, installation, 1, 1).create();
      }
      try (Service drift = started(configuration, installation, new SimpleMeterRegistry())) {
        publish(installation, wobbling(0, 2000, 0.4));
        publish(installation, wobbling(2000, 1000, 0.6));
        awaitCount(installation, Topics.RETRAINING_TRIGGERS, 1);
        String asked = committed(installation, Topics.RETRAINING_TRIGGERS).get(0).getTriggerId();
        publish(
            installation,
            Topics.RETRAINING_DONE,
            asked,
            RetrainingDone.newBuilder()
                .setTriggerId(asked)
                .setOutcome(RetrainingOutcome.DECLINED)
                .setDoneAt(START.plusSeconds(3000))
                .build());
        awaitCount(installation, Topics.REFERENCE_RESETS, 1);
        publish(installation, wobbling(3000, 3000, 0.6));
        awaitCount(installation, Topics.DRIFT_REPORTS, 6);
      }

      assertThat(committed(installation, Topics.DRIFT_REPORTS))
          .extracting(DriftReport::getState)
          .endsWith(DriftState.OK, DriftState.OK);
      assertThat(committed(installation, Topics.DRIFT_ALERTS))
          .extracting(DriftAlert::getEvent)
          .containsOnlyOnce(AlertEvent.OPENED)
          .endsWith(AlertEvent.CLOSED);
    }
  }

  private static Stream<Score> wobbling(int first, int count, double mean) {
    SplittableRandom random = new SplittableRandom(first);
    return IntStream.range(first, first + count)
        .mapToObj(
            i ->
                DriftDriver.score(
                    "default",
                    i,
                    mean + 0.2 * (random.nextDouble() - 0.5),
                    START.plusSeconds(i),
                    MODEL_A));
  }

  /** Each segment's reports tell every hundredth prediction once, whoever had the segment. */
  @Test
  void aMachineThatJoinsAndOneThatLeavesLoseAndDoubleNothing(@TempDir Path dir) {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0)) {
      Map<String, String> settings = new HashMap<>(cluster.configuration());
      settings.put("topics.partitions", "3");
      settings.put("drift.report-every", "100");
      settings.putAll(MISSED_SOON);
      Configuration here = DriftDriver.configuration(dir.resolve("first"), settings);
      Configuration elsewhere = DriftDriver.configuration(dir.resolve("second"), settings);
      Installation installation = Installation.of(here);
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(admin, installation, 3, 1).create();
      }
      SimpleMeterRegistry joined = new SimpleMeterRegistry();
      try (Service second = DriftMonitor.service(elsewhere, installation, joined)) {
        try (Service first = started(here, installation, new SimpleMeterRegistry())) {
          publishOfTenants(installation, 0, 1500);
          awaitCount(installation, Topics.DRIFT_REPORTS, 15);
          second.start();
          await().atMost(PATIENCE).until(() -> second.health().state() == Health.State.READY);
          publishOfTenants(installation, 1500, 1500);
          awaitCount(installation, Topics.DRIFT_REPORTS, 30);
          await()
              .atMost(PATIENCE)
              .until(() -> Metric.RECEIVED.counter(joined, "drift").count() > 0);
        }
        publishOfTenants(installation, 3000, 1500);
        await()
            .atMost(PATIENCE.multipliedBy(2))
            .pollInterval(Duration.ofMillis(500))
            .untilAsserted(
                () -> {
                  Map<String, List<Long>> told = told(installation);
                  assertThat(told).hasSize(1 + TENANTS);
                  assertThat(told.get(Segments.ALL)).hasSize(45);
                  assertThat(told.values()).allSatisfy(t -> assertThat(t).hasSizeBetween(6, 45));
                });
      }

      assertThat(told(installation).values())
          .allSatisfy(
              told ->
                  assertThat(told)
                      .isEqualTo(
                          LongStream.rangeClosed(1, told.size()).mapToObj(i -> 100 * i).toList()));
    }
  }

  private static void assertBalanced(SimpleMeterRegistry registry) {
    assertThat(Metric.RECEIVED.counter(registry, "drift").count())
        .isPositive()
        .isEqualTo(
            Metric.PROCESSED.counter(registry, "drift").count()
                + Metric.DEAD_LETTERED.counter(registry, "drift", "UNDECODABLE").count());
  }

  private static Service started(
      Configuration configuration, Installation installation, SimpleMeterRegistry registry) {
    Service service = DriftMonitor.service(configuration, installation, registry);
    service.start();
    await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.READY);
    return service;
  }

  private static void publish(Installation installation, int first, int count, double value) {
    publish(
        installation,
        IntStream.range(first, first + count)
            .mapToObj(i -> DriftDriver.score("default", i, value, START.plusSeconds(i), MODEL_A)));
  }

  private static void publishOfTenants(Installation installation, int first, int count) {
    publish(
        installation,
        IntStream.range(first, first + count)
            .mapToObj(
                i ->
                    DriftDriver.score(
                        "tenant-" + i % TENANTS, i, 0.5, START.plusSeconds(i), MODEL_A)));
  }

  private static <V extends SpecificRecord> void publish(
      Installation installation, Topic<V> topic, String key, V value) {
    try (KafkaProducer<byte[], byte[]> producer = producer(installation);
        Serializer<V> serializer = installation.serializer(topic)) {
      String name = installation.name(topic);
      producer.send(
          new ProducerRecord<>(
              name, key.getBytes(StandardCharsets.UTF_8), serializer.serialize(name, value)));
    }
  }

  private static void publish(Installation installation, Stream<Score> scores) {
    Serializer<Score> serializer = installation.serializer(Topics.SCORES);
    String topic = installation.name(Topics.SCORES);
    try (KafkaProducer<byte[], byte[]> producer = producer(installation)) {
      scores.forEach(
          score ->
              producer.send(
                  new ProducerRecord<>(
                      topic,
                      score.getTicketId().getBytes(StandardCharsets.UTF_8),
                      serializer.serialize(topic, score))));
    }
  }

  private static void publishBadBytes(Installation installation) {
    try (KafkaProducer<byte[], byte[]> producer = producer(installation)) {
      producer.send(
          new ProducerRecord<>(
              installation.name(Topics.SCORES),
              "bad".getBytes(StandardCharsets.UTF_8),
              new byte[] {1}));
    }
  }

  static KafkaProducer<byte[], byte[]> producer(Installation installation) {
    return new KafkaProducer<>(
        installation.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static <V extends SpecificRecord> void awaitCount(
      Installation installation, Topic<V> topic, int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> committed(installation, topic).size() >= count);
  }

  /** Predictions that each segment's reports tell, in the order they come in. */
  static Map<String, List<Long>> told(Installation installation) {
    return committed(installation, Topics.DRIFT_REPORTS).stream()
        .collect(
            Collectors.groupingBy(
                DriftReport::getSegment,
                TreeMap::new,
                Collectors.mapping(DriftReport::getPredictions, Collectors.toList())));
  }

  /** Everything committed in a topic of one partition. */
  static <V extends SpecificRecord> List<V> committed(Installation installation, Topic<V> topic) {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    TopicPartition partition = new TopicPartition(installation.name(topic), 0);
    try (KafkaConsumer<String, V> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), installation.deserializer(topic))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      List<V> values = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
