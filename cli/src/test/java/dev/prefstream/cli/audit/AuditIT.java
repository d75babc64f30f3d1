package dev.prefstream.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import dev.prefstream.streamsapp.StreamsApp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Oversight on a real broker with several partitions: what one task counts, another tells of. */
class AuditIT extends ClusterFixture {

  private static final Instant NOW = Instant.now();

  @Test
  void printsAnAuditOfWhatWasDecidedLabelledAndErased() throws Exception {
    configuration.put("topics.partitions", "3");
    configuration.put("streams.state-dir", folder.resolve("state").toString());
    configuration.put("oversight.report-interval", "1s");
    createTopics();
    Installation installation = installation();
    List<Service> oversight =
        StreamsApp.services(loaded(), installation, new SimpleMeterRegistry()).stream()
            .filter(service -> service.name().equals("oversight"))
            .toList();
    oversight.forEach(Service::start);
    try {
      send(installation, Topics.DECISION_LOG, 200, AuditIT::decided);
      send(installation, Topics.EXPERT_LABELS, 200, AuditIT::label);
      send(installation, Topics.ERASURES, 10, i -> new Erasure("T-" + i, NOW));
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(audit("--json").out()).contains("\"trials\":190"));

      Invocation audit = audit("--fail-on-alarm");

      assertThat(audit.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(audit.out())
          .contains("audit_group", "group-0", "group-1", "ALARM: below four fifths")
          .contains("tenant-0", "tenant-1");
      assertThat(watch("review-plans"))
          .as("a plan is copied to every partition")
          .extracting(record -> record.get("partition").asInt())
          .contains(0, 1, 2);
      assertThat(watch("accuracy-reports"))
          .anySatisfy(
              record -> {
                assertThat(record.get("value").get("tenant_id").asText()).isEqualTo("*");
                assertThat(record.get("value").get("accuracy").get("trials").asInt())
                    .isEqualTo(190);
              });
    } finally {
      oversight.forEach(Service::close);
    }
  }

  @Test
  void saysWhatToDoWhenNobodyAnswers() {
    createTopics();

    Invocation audit = run("audit", "--timeout", "1s");

    assertThat(audit.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(audit.err()).contains("no audit came within 1s").contains("streams-app");
  }

  private Invocation audit(String option) {
    return run("audit", "--timeout", "20s", option);
  }

  private static DecisionRecord decided(int i) {
    boolean urgent = i % 2 == 0;
    return DecisionRecord.newBuilder()
        .setEvent(DecisionEvent.ROUTED)
        .setTicketId("T-" + i)
        .setContext(
            TicketContext.newBuilder()
                .setTenantId("tenant-" + i % 2)
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
            PreferenceSettings.newBuilder()
                .setTenantId("tenant-" + i % 2)
                .setUpdatedAt(NOW)
                .build())
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
        .setLabel(i % 2 == 0 ? Route.URGENT : Route.STANDARD)
        .setLabelledAt(NOW)
        .build();
  }

  private static <V extends SpecificRecord> void send(
      Installation installation, Topic<V> topic, int count, Function<Integer, V> record) {
    try (KafkaProducer<String, V> producer =
        new KafkaProducer<>(
            installation.clientConfig(), new StringSerializer(), installation.serializer(topic))) {
      IntStream.range(0, count)
          .forEach(
              i ->
                  producer.send(
                      new ProducerRecord<>(installation.name(topic), "T-" + i, record.apply(i))));
    }
  }
}
