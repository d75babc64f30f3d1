package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Score;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The drift stage on a real broker, killed twice between two commits, while changes of its state
 * wait in the cache: once while it learns its reference, and once in the midst of an incident.
 * Every prediction counts once, as in a run that nobody kills, and what there is to say of the
 * incident is said once. With the detectors that are the default. Partitions that are behind are
 * read in any order, so scores do not follow the clock, and change only when all before are read.
 */
class DriftCrashIT {

  private static final int SCORES = 3_600;
  private static final int CHANGE = 2_100;

  /** Published before the rest comes at its pace, so that the stage is up when it does. */
  private static final int FIRST = 100;

  private static final double SHIFT = 0.3;

  /** Enough since the change for an alert, too few to ask for a new model. */
  private static final int UNCONFIRMED = CHANGE + 400;

  private static final int TENANTS = 6;
  private static final int REPORT_EVERY = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** So slowly that a process that starts anew finds work left. */
  private static final int AT_ONCE = 10;

  private static final Duration PAUSE = Duration.ofMillis(60);

  /** What a run has said until now. */
  private record Said(
      Map<String, List<Long>> reports, List<DriftAlert> alerts, List<RetrainingTrigger> triggers) {

    int reportsOfTheWhole() {
      return reports.getOrDefault(Segments.ALL, List.of()).size();
    }
  }

  @Test
  void everyPredictionCountsAndEveryWordIsSaidOnceThoughTheProcessIsKilledTwice(@TempDir Path dir)
      throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0)) {
      Said undisturbed = undisturbed(new Run(cluster, dir.resolve("undisturbed")));
      Said killed = killedTwice(new Run(cluster, dir.resolve("killed")));

      assertThat(undisturbed.reports()).hasSize(1 + TENANTS);
      assertThat(undisturbed.reportsOfTheWhole()).isEqualTo(SCORES / REPORT_EVERY);
      assertThat(killed.reports()).isEqualTo(undisturbed.reports());
      assertOneIncident(undisturbed);
      assertOneIncident(killed);
    }
  }

  private static Said undisturbed(Run run) throws Exception {
    try (DriftMonitorProcess stage = run.start()) {
      run.publish(0, CHANGE, Duration.ZERO);
      run.await(said -> said.reportsOfTheWhole() == CHANGE / REPORT_EVERY);
      run.publish(CHANGE, SCORES, Duration.ZERO);
      return run.atTheEnd();
    }
  }

  private static Said killedTwice(Run run) throws Exception {
    Thread publisher = new Thread(() -> run.publish(FIRST, CHANGE, PAUSE), "publisher");
    try (DriftMonitorProcess learning = run.start()) {
      run.publish(0, FIRST, Duration.ZERO);
      run.await(said -> said.reportsOfTheWhole() == FIRST / REPORT_EVERY);
      publisher.start();
      run.await(said -> said.reportsOfTheWhole() > FIRST / REPORT_EVERY);
      learning.kill();
      assertThat(run.said().reportsOfTheWhole())
          .as("work is left")
          .isLessThan(CHANGE / REPORT_EVERY);
    }
    try (DriftMonitorProcess alarming = run.start()) {
      publisher.join();
      run.await(said -> said.reportsOfTheWhole() == CHANGE / REPORT_EVERY);
      run.publish(CHANGE, UNCONFIRMED, PAUSE);
      run.await(said -> !said.alerts().isEmpty());
      alarming.kill();
      assertThat(run.said().triggers()).as("the request is still to come").isEmpty();
    }
    try (DriftMonitorProcess confirming = run.start()) {
      run.publish(UNCONFIRMED, SCORES, Duration.ZERO);
      return run.atTheEnd();
    }
  }

  private static void assertOneIncident(Said said) {
    DriftAlert opened = said.alerts().get(0);
    assertThat(opened.getSegment()).isEqualTo(Segments.ALL);
    assertThat(opened.getReferenceState()).isEqualTo(ReferenceState.FROZEN);
    assertThat(opened.getPredictions()).isBetween((long) CHANGE, CHANGE + 200L);
    assertThat(said.alerts())
        .extracting(DriftAlert::getEvent)
        .startsWith(AlertEvent.OPENED)
        .containsOnlyOnce(AlertEvent.OPENED);
    assertThat(said.alerts()).extracting(DriftAlert::getAlertId).containsOnly(opened.getAlertId());
    assertThat(said.alerts())
        .as("no word comes twice")
        .extracting(DriftAlert::getEvent, DriftAlert::getPredictions, DriftAlert::getSegments)
        .doesNotHaveDuplicates();
    assertThat(said.triggers())
        .extracting(RetrainingTrigger::getAlertId)
        .containsExactly(opened.getAlertId());
  }

  /** Topics and a state folder of their own, on a cluster that others use too. */
  private static final class Run {

    private final Path dir;
    private final Map<String, String> settings;
    private final Installation installation;

    Run(EmbeddedCluster cluster, Path dir) throws Exception {
      this.dir = Files.createDirectories(dir);
      settings = new HashMap<>(cluster.configuration());
      settings.put("topics.prefix", dir.getFileName() + ".");
      settings.put("topics.partitions", "3");
      settings.put("instance.id", "only");
      settings.put("kafka.later-commit-interval", "2s");
      settings.put("drift.detectors", requireNonNull(DriftOptions.DETECTORS.defaultText()));
      settings.put("drift.reference", "1000");
      settings.put("drift.provisional-reference", "0");
      settings.put("drift.report-every", Integer.toString(REPORT_EVERY));
      installation = Installation.of(DriftDriver.configuration(dir.resolve("state"), settings));
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(admin, installation, 3, 1).create();
      }
    }

    DriftMonitorProcess start() throws IOException {
      return DriftMonitorProcess.start(dir, settings);
    }

    Said said() {
      return new Said(
          DriftMonitorIT.told(installation),
          DriftMonitorIT.committed(installation, Topics.DRIFT_ALERTS),
          DriftMonitorIT.committed(installation, Topics.RETRAINING_TRIGGERS));
    }

    void await(Predicate<Said> due) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> due.test(said()));
    }

    /** Each prediction in the whole stream, and all but the first few in a segment. */
    Said atTheEnd() {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> {
                Said said = said();
                assertThat(said.reports()).hasSize(1 + TENANTS);
                assertThat(said.reportsOfTheWhole()).isEqualTo(SCORES / REPORT_EVERY);
                said.reports()
                    .forEach(
                        (segment, counts) ->
                            assertThat(counts.get(counts.size() - 1))
                                .as(segment)
                                .isGreaterThanOrEqualTo(SCORES / TENANTS - REPORT_EVERY));
                assertThat(said.triggers()).isNotEmpty();
              });
      return said();
    }

    /** Publishes scores by number, {@link #AT_ONCE} of them between two pauses. */
    void publish(int from, int to, Duration pause) {
      Serializer<Score> serializer = installation.serializer(Topics.SCORES);
      String topic = installation.name(Topics.SCORES);
      try (KafkaProducer<byte[], byte[]> producer = DriftMonitorIT.producer(installation)) {
        for (int i = from; i < to; i++) {
          Score score = score(i);
          producer.send(
              new ProducerRecord<>(
                  topic,
                  score.getTicketId().getBytes(StandardCharsets.UTF_8),
                  serializer.serialize(topic, score)));
          if (i % AT_ONCE == 0) {
            Thread.sleep(pause.toMillis()); // The pace of the load; nothing is waited for.
          }
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static Score score(int number) {
      double value =
          0.7 * new SplittableRandom(number).nextDouble() + (number < CHANGE ? 0 : SHIFT);
      Instant createdAt = START.plusSeconds(number);
      return DriftDriver.score("tenant-" + number % TENANTS, number, value, createdAt, MODEL_A);
    }
  }
}
