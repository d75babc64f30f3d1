package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.Score;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The drift stage on a real broker, killed twice between two commits, while changes of its state
 * wait in the cache: every prediction counts once, as in a run that nobody kills.
 */
class DriftCrashIT {

  private static final int SCORES = 6_000;
  private static final int TENANTS = 6;
  private static final int REPORT_EVERY = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** So slowly that a process that starts anew finds work left. */
  private static final int AT_ONCE = 10;

  private static final Duration PAUSE = Duration.ofMillis(60);

  @Test
  void everyPredictionCountsOnceThoughTheProcessIsKilledTwice(@TempDir Path dir) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0)) {
      Map<String, List<Long>> undisturbed = counted(cluster, dir.resolve("undisturbed"), 0);
      Map<String, List<Long>> killed = counted(cluster, dir.resolve("killed"), 2);

      assertThat(undisturbed).hasSize(1 + TENANTS);
      assertThat(undisturbed.get(Segments.ALL)).hasSize(SCORES / REPORT_EVERY);
      assertThat(killed).isEqualTo(undisturbed);
    }
  }

  /** What is told where the process is killed so many times. */
  private static Map<String, List<Long>> counted(EmbeddedCluster cluster, Path dir, int kills)
      throws Exception {
    Files.createDirectories(dir);
    Map<String, String> settings = new HashMap<>(cluster.configuration());
    settings.put("topics.prefix", dir.getFileName() + ".");
    settings.put("topics.partitions", "3");
    settings.put("instance.id", "only");
    settings.put("kafka.watch-commit-interval", "2s");
    settings.put("drift.report-every", Integer.toString(REPORT_EVERY));
    Installation installation =
        Installation.of(DriftDriver.configuration(dir.resolve("state"), settings));
    try (Admin admin = Admin.create(installation.clientConfig())) {
      new TopicAdmin(admin, installation, 3, 1).create();
    }
    Thread publisher = new Thread(() -> publish(installation, kills > 0), "publisher");
    DriftMonitorProcess stage = DriftMonitorProcess.start(dir, settings);
    try {
      publisher.start();
      for (int kill = 0; kill < kills; kill++) {
        int before = reports(installation).size();
        awaitReports(installation, before + 1);
        stage.kill();
        assertThat(DriftMonitorIT.told(installation).get(Segments.ALL))
            .as("work is left")
            .hasSizeLessThan(SCORES / REPORT_EVERY);
        stage.close();
        stage = DriftMonitorProcess.start(dir, settings);
      }
      publisher.join();
      // Each prediction in the whole stream, and all but the first few in a segment.
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> {
                Map<String, List<Long>> told = DriftMonitorIT.told(installation);
                assertThat(told).hasSize(1 + TENANTS);
                assertThat(told.get(Segments.ALL)).hasSize(SCORES / REPORT_EVERY);
                told.forEach(
                    (segment, counts) ->
                        assertThat(counts.get(counts.size() - 1))
                            .as(segment)
                            .isGreaterThanOrEqualTo(SCORES / TENANTS - REPORT_EVERY));
              });
      return DriftMonitorIT.told(installation);
    } finally {
      stage.close();
    }
  }

  private static List<DriftReport> reports(Installation installation) {
    return DriftMonitorIT.committed(installation, Topics.DRIFT_REPORTS);
  }

  private static void awaitReports(Installation installation, int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> reports(installation).size() >= count);
  }

  private static void publish(Installation installation, boolean slowly) {
    Serializer<Score> serializer = installation.serializer(Topics.SCORES);
    String topic = installation.name(Topics.SCORES);
    try (KafkaProducer<byte[], byte[]> producer = DriftMonitorIT.producer(installation)) {
      for (int i = 0; i < SCORES; i++) {
        Score score =
            DriftDriver.score("tenant-" + i % TENANTS, i, 0.5, START.plusSeconds(i), MODEL_A);
        producer.send(
            new ProducerRecord<>(
                topic,
                score.getTicketId().getBytes(StandardCharsets.UTF_8),
                serializer.serialize(topic, score)));
        if (slowly && i % AT_ONCE == 0) {
          Thread.sleep(PAUSE.toMillis()); // The pace of the load; nothing is waited for.
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
