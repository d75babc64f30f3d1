package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.GroupRate;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Oversight on a real broker, killed twice while decisions, labels and erasures flow in: the
 * reports hold each decision once, and each was asked about once.
 */
class OversightCrashIT {

  private static final int DECISIONS = 3_000;
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Instant NOW = Instant.now();

  /** So slowly that a process that starts anew finds work left. */
  private static final int AT_ONCE = 10;

  private static final Duration PAUSE = Duration.ofMillis(40);

  private static final IntPredicate URGENT = i -> i % 3 == 0;
  private static final IntPredicate LABELLED = i -> i % 2 == 0;
  private static final IntPredicate WRONG = i -> i % 10 == 0;
  private static final IntPredicate ERASED = i -> i % 100 == 7;

  @Test
  void everyDecisionIsCountedOnceThoughTheProcessIsKilledTwice(@TempDir Path dir) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0)) {
      Map<String, String> settings = new HashMap<>(cluster.configuration());
      settings.put("topics.partitions", Integer.toString(PARTITIONS));
      settings.put("streams.state-dir", dir.resolve("state").toString());
      settings.put("instance.id", "only");
      settings.put("oversight.report-interval", "1s");
      settings.put("oversight.review-rate", "1");
      settings.put("oversight.review-least-rate", "1");
      Installation installation =
          Installation.of(StageDriver.configuration(dir.resolve("app"), settings));
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(admin, installation, PARTITIONS, 1).create();
      }
      Thread publisher = new Thread(() -> publish(installation), "publisher");
      try (CommittedTopic<ReviewRequest> asked =
              new CommittedTopic<>(installation, Topics.REVIEW_REQUESTS);
          CommittedTopic<AccuracyReport> accuracy =
              new CommittedTopic<>(installation, Topics.ACCURACY_REPORTS);
          CommittedTopic<FairnessAudit> audits =
              new CommittedTopic<>(installation, Topics.FAIRNESS_AUDITS)) {
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          publisher.start();
          awaitSize(asked, DECISIONS / 6);
          app.kill();
        }
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          awaitSize(asked, asked.values().size() + DECISIONS / 6);
          await().atMost(PATIENCE).until(() -> !accuracy.values().isEmpty());
          app.kill();
        }
        assertThat(asked.values()).as("work is left for the last run").hasSizeLessThan(DECISIONS);
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          publisher.join();
          // The same once more: nothing may come of it.
          publishAgain(installation);
          awaitSize(asked, Math.toIntExact(count(ERASED.negate())));
          await()
              .atMost(PATIENCE)
              .untilAsserted(() -> assertThat(last(accuracy.values())).hasToString(counted()));
          assertOnceEach(asked.values(), audits);
        }
      }
    }
  }

  private static void assertOnceEach(
      List<ReviewRequest> asked, CommittedTopic<FairnessAudit> audits) {
    // One that is to be forgotten was asked about only where its decision was read first.
    assertThat(asked)
        .extracting(ReviewRequest::getTicketId)
        .doesNotHaveDuplicates()
        .containsAll(ids(ERASED.negate()))
        .isSubsetOf(ids(i -> true));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              FairnessAudit audit =
                  audits.values().stream()
                      .filter(each -> each.getTenantId().equals("*"))
                      .reduce((one, other) -> other)
                      .orElseThrow();
              for (int group = 0; group < 2; group++) {
                int which = group;
                GroupRate rate =
                    audit.getGroups().stream()
                        .filter(each -> each.getDimension().equals("audit_group"))
                        .filter(each -> each.getValue().equals("group-" + which))
                        .findFirst()
                        .orElseThrow();
                IntPredicate mine = ERASED.negate().and(i -> i % 2 == which);
                assertThat(rate.getUrgent().getTrials()).isEqualTo(count(mine));
                assertThat(rate.getUrgent().getSuccesses()).isEqualTo(count(mine.and(URGENT)));
              }
            });
  }

  /** What the newest report on everything says. */
  private static Optional<String> last(List<AccuracyReport> reports) {
    return reports.stream()
        .filter(each -> each.getTenantId().equals("*") && each.getDomain().equals("*"))
        .reduce((one, other) -> other)
        .map(
            each ->
                words(
                    each.getDecisions(),
                    each.getTrueUrgent(),
                    each.getFalseUrgent(),
                    each.getTrueStandard(),
                    each.getFalseStandard(),
                    each.getAsked()));
  }

  /** What it must say at last. */
  private static String counted() {
    IntPredicate here = ERASED.negate();
    IntPredicate labelled = here.and(LABELLED);
    return Optional.of(
            words(
                count(here),
                count(labelled.and(URGENT).and(WRONG.negate())),
                count(labelled.and(URGENT).and(WRONG)),
                count(labelled.and(URGENT.negate()).and(WRONG.negate())),
                count(labelled.and(URGENT.negate()).and(WRONG)),
                count(here)))
        .toString();
  }

  private static String words(long... counts) {
    return IntStream.range(0, counts.length)
        .mapToObj(i -> List.of("decisions", "tu", "fu", "ts", "fs", "asked").get(i) + counts[i])
        .toList()
        .toString();
  }

  private static long count(IntPredicate which) {
    return ids(which).size();
  }

  private static List<String> ids(IntPredicate which) {
    return IntStream.range(0, DECISIONS).filter(which).mapToObj(i -> "T-" + i).toList();
  }

  /** A label of one in two, some before the decision; an erasure of one in a hundred, after it. */
  private static void publish(Installation installation) {
    try (KafkaProducer<String, DecisionRecord> decisions =
            producer(installation, Topics.DECISION_LOG);
        KafkaProducer<String, ExpertLabel> labels = producer(installation, Topics.EXPERT_LABELS);
        KafkaProducer<String, Erasure> erasures = producer(installation, Topics.ERASURES)) {
      for (int i = 0; i < DECISIONS; i++) {
        if (LABELLED.test(i) && i % 4 == 0) {
          labels.send(record(installation, Topics.EXPERT_LABELS, i, label(i)));
        }
        decisions.send(record(installation, Topics.DECISION_LOG, i, decided(i)));
        if (LABELLED.test(i) && i % 4 != 0) {
          labels.send(record(installation, Topics.EXPERT_LABELS, i, label(i)));
        }
        if (ERASED.test(i)) {
          erasures.send(record(installation, Topics.ERASURES, i, new Erasure("T-" + i, NOW)));
        }
        if (i % AT_ONCE == 0) {
          Thread.sleep(PAUSE.toMillis()); // The pace of the load; nothing is waited for.
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The same decisions once more. */
  private static void publishAgain(Installation installation) {
    try (KafkaProducer<String, DecisionRecord> decisions =
        producer(installation, Topics.DECISION_LOG)) {
      for (int i = 0; i < DECISIONS / 10; i++) {
        decisions.send(record(installation, Topics.DECISION_LOG, i, decided(i)));
      }
    }
  }

  private static <V extends SpecificRecord> KafkaProducer<String, V> producer(
      Installation installation, Topic<V> topic) {
    return new KafkaProducer<>(
        installation.clientConfig(), new StringSerializer(), installation.serializer(topic));
  }

  private static <V extends SpecificRecord> ProducerRecord<String, V> record(
      Installation installation, Topic<V> topic, int i, V value) {
    return new ProducerRecord<>(installation.name(topic), "T-" + i, value);
  }

  private static DecisionRecord decided(int i) {
    boolean urgent = URGENT.test(i);
    return DecisionRecord.newBuilder()
        .setEvent(DecisionEvent.ROUTED)
        .setTicketId("T-" + i)
        .setContext(
            TicketContext.newBuilder()
                .setTenantId("tenant-" + i % 5)
                .setAuditGroup("group-" + i % 2)
                .setDomain("technical")
                .setCreatedAt(NOW)
                .build())
        .setScore(urgent ? 0.9 : 0.1)
        .setLogit(0)
        .setConfidence(0.9)
        .setStyle(new TextStyle(10, false, 0.5, 0.5, false))
        .setTruncated(false)
        .setModel(new ModelRef("model", "1.0.0", "0".repeat(64)))
        .setSettings(
            PreferenceSettings.newBuilder().setTenantId("default").setUpdatedAt(NOW).build())
        .setSettingsVersion("default")
        .setPolicyVersion("1")
        .setRoute(urgent ? Route.URGENT : Route.STANDARD)
        .setThreshold(0.7)
        .setMargin(urgent ? 0.2 : -0.6)
        .setReasons(List.of(Reason.SCORE_WITHIN_STRICTNESS))
        .setDecidedAt(NOW)
        .build();
  }

  private static ExpertLabel label(int i) {
    return ExpertLabel.newBuilder()
        .setTicketId("T-" + i)
        .setLabel(URGENT.test(i) == WRONG.test(i) ? Route.STANDARD : Route.URGENT)
        .setLabelledAt(NOW)
        .build();
  }

  private static void awaitSize(CommittedTopic<?> topic, int size) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> topic.values().size() >= size);
  }
}
