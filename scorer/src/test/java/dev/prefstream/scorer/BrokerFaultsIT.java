package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.FakeModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.onnx.TinyBundle;
import dev.prefstream.scorer.simulated.SimulatedModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broker that goes away, input that is gone, and time that runs out under a transaction. */
class BrokerFaultsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Most that may pass until scores are committed again. */
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private static final Map<String, String> NAMED =
      Map.of("instance.id", "same", "scorer.epoch.max-records", "20");

  @TempDir Path dataDir;
  @TempDir Path models;

  @SuppressWarnings("NullAway.Init") // set before each test
  private ScoringCluster cluster;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeEach
  void startBroker() {
    TinyBundle.urgency().write(models);
    cluster = ScoringCluster.start(dataDir, 3);
  }

  @AfterEach
  void stopBroker() {
    cluster.close();
  }

  @Test
  void aBrokerThatRestartsDuringEpochsLosesAndDoublesNothing() {
    publish(0, 6_000);
    try (ScorerService service = service(Map.of("scorer.epoch.max-records", "50"))) {
      service.start();
      awaitReceived(500);
      cluster.restart();
      awaitReceived(2_500);
      cluster.restart();
      awaitReceived(6_000);
      assertThat(service.health()).isEqualTo(Health.ready());
    }

    cluster.assertEveryRequestEndedOnce(6_000);
  }

  /** Its polls return nothing either way. */
  @Test
  void aScorerWithoutWorkSaysThatItsBrokerIsAwayAndGoesOnWhenItIsBack() {
    publish(0, 1);
    try (ScorerService service = service(Map.of())) {
      service.start();
      awaitReceived(1);
      assertThat(service.health()).isEqualTo(Health.ready());

      cluster.whileDown(
          () -> {
            await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.WAITING);
            assertThat(service.health().detail()).contains(cluster.embedded().bootstrapServers());
          });

      await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.READY);
      publish(1, 1);
      awaitReceived(2);
    }

    cluster.assertEveryRequestEndedOnce(2);
  }

  @Test
  void inputThatWasDeletedUnscoredStopsTheServiceAndSkipsNothing() throws Exception {
    publish(0, 300);
    try (ScorerService service = service(Map.of())) {
      service.start();
      awaitReceived(300);
    }
    publish(300, 300);
    TopicPartition partition =
        new TopicPartition(cluster.installation().name(Topics.SCORING_REQUESTS), 0);
    try (Admin admin = Admin.create(cluster.installation().clientConfig())) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1))).all().get();
    }

    try (ScorerService service = service(Map.of())) {
      service.start();
      await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.FAILED);

      assertThat(service.health().detail())
          .contains("input is gone that was not scored: " + partition)
          .contains("--reset-offsets");
    }
  }

  @Test
  void offsetsThatWereDeletedStopTheServiceAndDoubleNothing() throws Exception {
    publish(0, 300);
    try (ScorerService service = service(Map.of())) {
      service.start();
      awaitReceived(300);
    }
    try (Admin admin = Admin.create(cluster.installation().clientConfig())) {
      admin.deleteConsumerGroups(List.of(cluster.installation().scoped("scoring"))).all().get();
    }

    try (ScorerService service = service(Map.of())) {
      service.start();
      await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.FAILED);

      assertThat(service.health().detail()).contains("the consumer group has no offsets any more");
    }
    cluster.assertEveryRequestEndedOnce(300);
  }

  @Test
  void aDeviceSlowerThanTransactionAndPollTimeoutsDisturbsNeither() {
    publish(0, 60);
    SimulatedModel slow =
        new SimulatedModel(Task.TICKET_URGENCY, Duration.ofSeconds(4), Duration.ZERO, 256);
    Map<String, String> configuration =
        Map.of(
            "kafka.transaction-timeout", "1s",
            "kafka.max.poll.interval.ms", "2000",
            "scorer.batch.token-budget", "4096",
            "scorer.sessions", "1",
            "scorer.batch.max-rows", "20");
    try (ScorerService service =
        ScorerService.serving(
            cluster.configuration(configuration),
            Installation.of(cluster.configuration(configuration)),
            List.of(slow),
            () -> true,
            meters)) {
      service.start();
      awaitReceived(60);
      assertThat(service.health()).isEqualTo(Health.ready());
    }

    assertThat(meters.find("prefstream.epochs.replayed").counter()).isNull();
    cluster.assertEveryRequestEndedOnce(60);
  }

  @Test
  void aProcessFrozenPastItsTimeoutsGoesOnWithoutLeaving() throws Exception {
    int requests = 6_000;
    publish(0, requests);
    try (ScorerProcess process =
        ScorerProcess.start(
            cluster,
            models,
            "kafka.transaction-timeout=1s",
            "kafka.session.timeout.ms=2000",
            "kafka.heartbeat.interval.ms=500",
            "kafka.max.poll.interval.ms=2000",
            "scorer.epoch.max-records=10")) {
      for (int freeze = 1; freeze <= 6; freeze++) {
        process.awaitReceived(freeze * 800L);
        process.freeze(Duration.ofSeconds(4));
        int before = cluster.committedRecords(Topics.SCORES).size();
        await()
            .atMost(RECOVERY)
            .until(() -> cluster.committedRecords(Topics.SCORES).size() > before);
      }
      // What is committed, not what the process counted: an epoch whose commit went through unknown
      // to the process is not in its counter.
      await().atMost(PATIENCE).until(() -> cluster.committed(Topics.SCORES).size() >= requests);
      assertThat(process.isAlive()).isTrue();
    }

    cluster.assertEveryRequestEndedOnce(requests);
  }

  /** A stop waits five seconds for what is under way. */
  @ParameterizedTest
  @CsvSource({"1, 10", "8, 0"})
  void aStopCommitsWhatTheDeviceFinishesInTimeAndLeavesTheRest(int seconds, int committed)
      throws InterruptedException {
    publish(0, 10);
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean warm = new AtomicBoolean();
    Consumer<List<EncodedText>> slowly =
        batch -> {
          if (warm.get()) {
            begun.countDown();
            LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
          }
        };
    try (ScorerService service = serving(slowly)) {
      warm.set(true);
      service.start();
      assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(cluster.committed(Topics.SCORES)).hasSize(committed);

    try (ScorerService service = serving(batch -> {})) {
      service.start();
      await().atMost(PATIENCE).until(() -> cluster.committed(Topics.SCORES).size() >= 10);
    }
    cluster.assertEveryRequestEndedOnce(10);
  }

  private ScorerService serving(Consumer<List<EncodedText>> before) {
    Configuration configuration =
        cluster.configuration(Map.of("scorer.batch.token-budget", "4096", "scorer.sessions", "1"));
    return ScorerService.serving(
        configuration,
        Installation.of(configuration),
        List.of(new FakeModel(Task.TICKET_URGENCY, "1.0.0", before)),
        () -> true,
        meters);
  }

  @Test
  void ofTwoInstancesOfOneNameOneStopsAndNothingIsDoubled() {
    int requests = 4_000;
    publish(0, requests / 2);
    try (ScorerService first = service(NAMED)) {
      first.start();
      awaitReceived(200);
      try (ScorerService second = service(NAMED)) {
        second.start();
        await().atMost(PATIENCE).until(() -> failed(first) || failed(second));
        publish(requests / 2, requests / 2);
        ScorerService stopped = failed(first) ? first : second;
        ScorerService goesOn = failed(first) ? second : first;
        await()
            .atMost(PATIENCE)
            .until(() -> cluster.committedRecords(Topics.SCORES).size() >= requests);

        assertThat(stopped.health().detail()).contains("instance.id", "give each its own");
        assertThat(failed(goesOn)).as("%s", goesOn.health()).isFalse();
      }
    }

    cluster.assertEveryRequestEndedOnce(requests);
  }

  private static boolean failed(ScorerService service) {
    return service.health().state() == Health.State.FAILED;
  }

  private void publish(int from, int count) {
    for (int i = from; i < from + count; i++) {
      cluster.publish(Requests.ticket("t" + i, "", "w1 w" + i % 10));
    }
    cluster.flush();
  }

  private ScorerService service(Map<String, String> more) {
    return cluster.scorer(models, more, meters);
  }

  private void awaitReceived(int records) {
    ScoringCluster.awaitReceived(meters, records);
  }
}
