package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.onnx.TinyBundle;
import dev.prefstream.scorer.simulated.SimulatedModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that goes away, input that is gone, and time that runs out under a transaction. */
class BrokerFaultsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

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
      }
      // What is committed, not what the process counted: an epoch whose commit went through unknown
      // to the process is not in its counter.
      await().atMost(PATIENCE).until(() -> cluster.committed(Topics.SCORES).size() >= requests);
      assertThat(process.isAlive()).isTrue();
    }

    cluster.assertEveryRequestEndedOnce(requests);
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
