package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.runtime.service.Health;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.onnx.TinyBundle;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong, and that every request still ends once: counted in read_committed topics. */
class ExactlyOnceIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir static Path dataDir;
  @TempDir Path models;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static ScoringCluster broker;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeAll
  static void startBroker() {
    broker = ScoringCluster.start(dataDir, 1);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void poisonGoesToDeadLettersAndItsNeighboursAreScored() {
    ScoringCluster cluster = broker.another("poison.", 3);
    Set<String> poison = new TreeSet<>();
    for (int i = 0; i < 1_000; i++) {
      String words = i % 100 == 7 ? "w1 crash w2" : i % 100 == 57 ? "nan w1" : "w1 w" + i % 10;
      if (i % 50 == 7) {
        poison.add("t" + i);
      }
      cluster.publish(Requests.ticket("t" + i, "", words));
    }
    cluster.flush();

    try (ScorerService service = service(cluster, Map.of())) {
      service.start();
      awaitReceived(1_000);
      assertThat(service.health()).isEqualTo(Health.ready());
      assertThat(meters.find("kafka.consumer.fetch.manager.records.lag.max").gauges()).isNotEmpty();
    }

    assertThat(cluster.committed(Topics.DEAD_LETTERS))
        .extracting(DeadLetter::getTicketId)
        .containsExactlyInAnyOrderElementsOf(poison);
    assertThat(cluster.committed(Topics.SCORES)).hasSize(980);
    cluster.assertEveryRequestEndedOnce(1_000);
    assertThat(count(meters, "prefstream.records.received"))
        .isEqualTo(
            count(meters, "prefstream.records.processed")
                + count(meters, "prefstream.records.dead.lettered"));
  }

  @Test
  void theBreakerStopsScoringBeforeMuchIsWrittenOff() {
    ScoringCluster cluster = broker.another("breaker.", 1);
    for (int i = 0; i < 500; i++) {
      cluster.publish(Requests.ticket("t" + i, "", "nan"));
    }
    cluster.flush();

    try (ScorerService service =
        service(
            cluster, Map.of("scorer.breaker.window", "100", "scorer.epoch.max-records", "50"))) {
      service.start();
      await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.FAILED);
      assertThat(service.health().detail()).contains("the breaker opened", "{NOT_A_NUMBER=");
    }

    assertThat(cluster.committed(Topics.DEAD_LETTERS)).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void aFencedProducerIsReplacedAndItsEpochReplayed() {
    ScoringCluster cluster = broker.another("fenced.", 3);
    for (int i = 0; i < 3_000; i++) {
      cluster.publish(Requests.ticket("t" + i, "", "w1 w" + i % 10));
    }
    cluster.flush();

    try (ScorerService service =
        service(cluster, Map.of("scorer.epoch.max-records", "100", "instance.id", "fenced"))) {
      service.start();
      for (int fencing = 1; fencing <= 3; fencing++) {
        awaitReceived(fencing * 500);
        fence(cluster);
      }
      awaitReceived(3_000);
      assertThat(service.health()).isEqualTo(Health.ready());
    }

    cluster.assertEveryRequestEndedOnce(3_000);
  }

  /** Takes the service's transactional id over, as a second process of the same name would. */
  private static void fence(ScoringCluster cluster) {
    Map<String, Object> config = new HashMap<>(cluster.installation().clientConfig());
    config.put("transactional.id", cluster.installation().scoped("scoring-fenced"));
    try (KafkaProducer<byte[], byte[]> zombie =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      zombie.initTransactions();
    }
  }

  @Test
  void aReleasedModelTakesOverAndTheOneBeforeComesBack() {
    ScoringCluster cluster = broker.another("release.", 3);
    ModelBundle second =
        ModelBundle.load(TinyBundle.urgency().version("2.0.0").write(models.resolve("second")));
    try (ScorerService service = service(cluster, Map.of())) {
      service.start();
      publish(cluster, 0, 500);
      awaitReceived(500);
      assertThat(versions(cluster, 0)).containsExactly("1.0.0");

      release(cluster, second);
      int there = publishUntilScoredBy("2.0.0", cluster, 500);
      release(cluster, ModelBundle.load(models.resolve("first")));
      int back = publishUntilScoredBy("1.0.0", cluster, there);

      assertThat(service.health()).isEqualTo(Health.ready());
      cluster.assertEveryRequestEndedOnce(back);
    }
  }

  /** Publishes until all of a hundred are scored by this version; how many there are by then. */
  private int publishUntilScoredBy(String version, ScoringCluster cluster, int published) {
    AtomicInteger next = new AtomicInteger(published);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              int from = next.getAndAdd(100);
              publish(cluster, from, 100);
              awaitReceived(from + 100);
              return versions(cluster, from).equals(Set.of(version));
            });
    return next.get();
  }

  /** Versions of the model that scored tickets from this one on. */
  private static Set<String> versions(ScoringCluster cluster, int from) {
    Set<String> versions = new HashSet<>();
    for (Score score : cluster.committed(Topics.SCORES)) {
      if (Integer.parseInt(score.getTicketId().substring(1)) >= from) {
        versions.add(score.getModel().getVersion());
      }
    }
    return versions;
  }

  private static void release(ScoringCluster cluster, ModelBundle bundle) {
    ModelRef ref = bundle.identity().ref();
    ModelRelease release =
        ModelRelease.newBuilder()
            .setTask(bundle.identity().task().word())
            .setModel(ref)
            .setLocation(bundle.folder().toString())
            .setReleasedAt(Instant.now())
            .build();
    String topic = cluster.installation().name(Topics.MODEL_RELEASES);
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                cluster.installation().clientConfig(),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var serializer = cluster.installation().serializer(Topics.MODEL_RELEASES)) {
      producer.send(
          new ProducerRecord<>(
              topic,
              release.getTask().getBytes(StandardCharsets.UTF_8),
              serializer.serialize(topic, release)));
    }
  }

  @Test
  void killsInTheMidstLoseAndDoubleNothing() throws Exception {
    ScoringCluster cluster = broker.another("killed.", 3);
    TinyBundle.urgency().write(models.resolve("first"));
    long seed = System.nanoTime();
    System.err.println("killed after a random number of records, seed " + seed);
    Random random = new Random(seed);
    int requests = 4_000;
    for (int i = 0; i < requests; i++) {
      cluster.publish(Requests.ticket("t" + i, "", i % 200 == 3 ? "nan" : "w1 w" + i % 10));
    }
    cluster.flush();

    for (int kill = 0; kill < 10; kill++) {
      try (ScorerProcess process = ScorerProcess.start(cluster, models.resolve("first"))) {
        process.awaitReceived(1 + random.nextInt(350));
      }
    }
    assertThat(cluster.committedRecords(Topics.SCORES))
        .as("the kills came in the midst")
        .hasSizeBetween(10, requests * 9 / 10);
    try (ScorerProcess process = ScorerProcess.start(cluster, models.resolve("first"))) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () ->
                  cluster.committedRecords(Topics.SCORES).size()
                          + cluster.committedRecords(Topics.DEAD_LETTERS).size()
                      >= requests);
    }

    cluster.assertEveryRequestEndedOnce(requests);
  }

  private ScorerService service(ScoringCluster cluster, Map<String, String> more) {
    return cluster.scorer(TinyBundle.urgency().write(models.resolve("first")), more, meters);
  }

  private static void publish(ScoringCluster cluster, int from, int count) {
    for (int i = from; i < from + count; i++) {
      cluster.publish(Requests.ticket("t" + i, "", "w1 w" + i % 10));
    }
    cluster.flush();
  }

  private void awaitReceived(int records) {
    ScoringCluster.awaitReceived(meters, records);
  }

  private static double count(MeterRegistry meters, String name) {
    return meters.find(name).counters().stream().mapToDouble(counter -> counter.count()).sum();
  }
}
