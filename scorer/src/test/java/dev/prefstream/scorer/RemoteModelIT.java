package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.runtime.service.Health;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.scorer.onnx.TinyBundle;
import dev.prefstream.scorer.remote.ServerProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two models at once, both on an inference server that is killed, comes back, sickens and recovers:
 * every request still ends once, counted in read_committed topics.
 */
class RemoteModelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir Path folder;

  @Test
  void aServerThatIsKilledAndComesBackLosesAndDoublesNothing() {
    ServerProcess server = ServerProcess.start();
    int port = server.port();
    TinyBundle.urgency()
        .remote("{\"protocol\": \"open-inference\", \"model\": \"tiny\"}")
        .write(folder.resolve("models/urgency"));
    responses().write(folder.resolve("models/preference"));
    try (ScoringCluster cluster = ScoringCluster.start(folder.resolve("data"), 3)) {
      Set<String> poison = new TreeSet<>();
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      try (ScorerService service =
          ScorerService.create(
              cluster.configuration(
                  Map.of(
                      "scorer.models", folder.resolve("models").toString(),
                      "scorer.remote.endpoints", server.endpoint(),
                      "scorer.remote.timeout", "2s",
                      "scorer.batch.token-budget", "128",
                      "scorer.epoch.max-records", "100")),
              cluster.installation(),
              meters)) {
        service.start();
        publish(cluster, 0, 1_000, poison);
        awaitReceived(meters, 300);
        server.close();
        await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.WAITING);
        assertThat(service.health().detail()).contains("cannot connect to");
        publish(cluster, 1_000, 1_500, poison);

        server = ServerProcess.start(port, "");
        awaitReceived(meters, 1_500);
        // Well enough to answer, too ill to be right: nothing is written off.
        server.fault("status=500");
        publish(cluster, 1_500, 2_000, poison);
        await().atMost(PATIENCE).until(() -> service.health().state() == Health.State.WAITING);
        server.well();
        awaitReceived(meters, 2_000);
        await().atMost(PATIENCE).until(() -> service.health().equals(Health.ready()));
      }
      assertThat(server.mostInFlight()).as("several requests at a time").isGreaterThan(1);
      assertEveryRequestEndedOnce(cluster, 2_000, poison);
    } finally {
      server.close();
    }
  }

  private static TinyBundle responses() {
    return TinyBundle.preference()
        .remote("{\"protocol\": \"vllm-pooling\", \"model\": \"tiny\"}")
        .inputs("[\"input_ids\"]")
        .outputKind("reward")
        .golden("[{\"text\": \"w1\", \"pair\": \"w3\", \"ids\": [2, 5, 3, 7, 3], \"logit\": 0.8}]");
  }

  /** Each fourth is a response, each hundredth poison by turns: refused, or not a number. */
  private static void publish(ScoringCluster cluster, int from, int to, Set<String> poison) {
    for (int i = from; i < to; i++) {
      String words = i % 200 == 7 ? "w1 crash" : i % 200 == 107 ? "nan w1" : "w1 w" + i % 10;
      if (i % 100 == 7) {
        poison.add("t" + i);
      }
      cluster.publish(
          i % 4 == 3
              ? Requests.response("t" + i, "r", words)
              : Requests.ticket("t" + i, "", words));
    }
    cluster.flush();
  }

  private static void awaitReceived(SimpleMeterRegistry meters, int records) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                meters.counter("prefstream.records.received", "stage", "scoring").count()
                    >= records);
  }

  private static void assertEveryRequestEndedOnce(
      ScoringCluster cluster, int requests, Set<String> poison) {
    List<Score> scores = cluster.committed(Topics.SCORES);
    List<DeadLetter> refused = cluster.committed(Topics.DEAD_LETTERS);
    assertThat(refused)
        .extracting(DeadLetter::getTicketId)
        .containsExactlyInAnyOrderElementsOf(poison);
    assertThat(refused)
        .extracting(DeadLetter::getReason)
        .containsOnly("MODEL_REFUSED", "NOT_A_NUMBER");
    Set<String> ended = new HashSet<>(poison);
    scores.forEach(score -> ended.add(score.getTicketId()));
    assertThat(scores.size() + refused.size()).as("doubled").isEqualTo(ended.size());
    assertThat(ended).as("lost").hasSize(requests);
    assertThat(scores)
        .allSatisfy(
            score -> {
              if (score.getResponseId() == null) {
                int number = Integer.parseInt(score.getTicketId().substring(1)) % 10;
                assertThat(score.getLogit()).isEqualTo((1.0 + number) / 4);
              }
            });
  }
}
