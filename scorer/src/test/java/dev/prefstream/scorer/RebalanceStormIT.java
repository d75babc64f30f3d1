package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.onnx.TinyBundle;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members that join and leave every second for a minute, beside one that stays. They have names, as
 * members of an installation with many of them must, so the broker notices that one has left when
 * its session is over: here after a second.
 */
class RebalanceStormIT {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int A_SECOND = 50;
  private static final int AT_ONCE = 2;

  @TempDir Path dataDir;
  @TempDir Path models;

  private final SimpleMeterRegistry stayed = new SimpleMeterRegistry();
  private final List<SimpleMeterRegistry> came = new ArrayList<>();

  @Test
  void aMinuteOfComingAndGoingLosesAndDoublesNothing() {
    TinyBundle.urgency().write(models);
    int published = 0;
    try (ScoringCluster cluster = ScoringCluster.start(dataDir, 6);
        ScorerService stays = member(cluster, "stays", stayed)) {
      stays.start();
      ArrayDeque<ScorerService> guests = new ArrayDeque<>();
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < MINUTE.toNanos()) {
        long next = System.nanoTime() + SECOND.toNanos();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        came.add(meters);
        ScorerService guest = member(cluster, "guest-" + came.size(), meters);
        guests.add(guest);
        guest.start();
        for (int i = 0; i < A_SECOND; i++) {
          cluster.publish(Requests.ticket("t" + published++, "", "w1 w" + i % 10));
        }
        cluster.flush();
        if (guests.size() > AT_ONCE) {
          guests.remove().close();
        }
        LockSupport.parkNanos(next - System.nanoTime());
      }
      guests.forEach(ScorerService::close);
      int all = published;
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  cluster.committedRecords(Topics.SCORES).size()
                          + cluster.committedRecords(Topics.DEAD_LETTERS).size()
                      >= all);

      assertThat(stays.health()).isEqualTo(Health.ready());
      cluster.assertEveryRequestEndedOnce(published);
    }
    long took = came.stream().filter(meters -> received(meters) > 0).count();
    System.out.printf(
        "%d guests came, %d of them scored, %.0f of %d requests; the one that stayed replayed %.0f epochs%n",
        came.size(),
        took,
        came.stream().mapToDouble(RebalanceStormIT::received).sum(),
        published,
        Metric.EPOCHS_REPLAYED.counter(stayed).count());
    assertThat(took).as("partitions went to guests and came back").isGreaterThan(came.size() / 4);
  }

  private static double received(SimpleMeterRegistry meters) {
    return meters.find("prefstream.records.received").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private ScorerService member(ScoringCluster cluster, String name, SimpleMeterRegistry meters) {
    return cluster.scorer(
        models,
        Map.of(
            "instance.id", name,
            "kafka.session.timeout.ms", "1000",
            "kafka.heartbeat.interval.ms", "200"),
        meters);
  }
}
