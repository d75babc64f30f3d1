package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.service.Health;
import dev.prefstream.scorer.onnx.TinyBundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that join and leave every second for a minute, beside one that stays. */
class RebalanceStormIT {

  private static final int SECONDS = 60;
  private static final int A_SECOND = 50;

  @TempDir Path dataDir;
  @TempDir Path models;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void aMinuteOfComingAndGoingLosesAndDoublesNothing() {
    TinyBundle.urgency().write(models);
    int published = 0;
    try (ScoringCluster cluster = ScoringCluster.start(dataDir, 6);
        ScorerService stays = member(cluster, "stays")) {
      stays.start();
      ArrayDeque<ScorerService> guests = new ArrayDeque<>();
      for (int second = 0; second < SECONDS; second++) {
        long next = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        ScorerService guest = member(cluster, "guest-" + second);
        guests.add(guest);
        guest.start();
        for (int i = 0; i < A_SECOND; i++) {
          cluster.publish(Requests.ticket("t" + published++, "", "w1 w" + i % 10));
        }
        cluster.flush();
        if (guests.size() > 2) {
          guests.remove().close();
        }
        LockSupport.parkNanos(next - System.nanoTime());
      }
      guests.forEach(ScorerService::close);
      ScoringCluster.awaitReceived(meters, published);

      assertThat(stays.health()).isEqualTo(Health.ready());
      cluster.assertEveryRequestEndedOnce(published);
    }
  }

  private ScorerService member(ScoringCluster cluster, String name) {
    return cluster.scorer(models, Map.of("instance.id", name), meters);
  }
}
