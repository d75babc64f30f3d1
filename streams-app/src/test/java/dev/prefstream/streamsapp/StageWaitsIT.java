package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.intake.IntakeTopology;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a stage's stream thread waits for records, on a real broker. */
class StageWaitsIT {

  private static final Duration READY = Duration.ofMinutes(1);

  /** Streams commits the same offsets again whenever one of the stage's clocks has rung. */
  @Test
  void asksSeldomAndWritesNothingWhileThereIsNothingToDo(@TempDir Path dir) throws Exception {
    try (Stage stage = Stage.start(dir, Map.of())) {
      stage.untilDone(1);

      double before = stage.polls();
      Thread.sleep(2_000); // The time over which is counted; nothing is waited for.
      assertThat(stage.polls() - before)
          .as("100 ms at a time; 5 ms would be some 400")
          .isBetween(1.0, 60.0);

      await().atMost(READY).until(() -> stage.isQuietFor(Duration.ofSeconds(3)));
      assertThat(stage.records()).isPositive();

      stage.untilDone(2);
    }
  }

  /** The first commits at once, since the last one is long ago; the second has an open interval. */
  @Test
  void commitsInTimeThoughItMayWaitLongWithNothingToDo(@TempDir Path dir) throws Exception {
    try (Stage stage = Stage.start(dir, Map.of("kafka.poll.ms", "5000"))) {
      stage.untilDone(1);
      long begun = System.nanoTime();

      stage.untilDone(2);

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }
  }

  /** Its polls return nothing either way. */
  @Test
  void saysThatItsBrokerIsAwayAndGoesOnWhenItIsBack(@TempDir Path dir) {
    try (Stage stage = Stage.start(dir, Map.of())) {
      stage.untilDone(1);
      EmbeddedCluster away = stage.cluster();
      away.close();

      stage.awaitState(Health.State.WAITING);
      assertThat(stage.intake().health().detail()).contains(away.bootstrapServers());

      try (EmbeddedCluster back =
              EmbeddedCluster.start(
                  dir.resolve("cluster"),
                  URI.create("kafka://" + away.bootstrapServers()).getPort(),
                  URI.create(away.registryUrl()).getPort());
          Service intake = stage.intake()) {
        stage.awaitState(Health.State.READY);
        stage.untilDone(2);
      }
    }
  }

  /** Intake, and what it asks the scoring stage. */
  private record Stage(
      EmbeddedCluster cluster,
      Installation installation,
      Service intake,
      SimpleMeterRegistry meters,
      CommittedTopic<ScoringRequest> requests)
      implements AutoCloseable {

    static Stage start(Path dir, Map<String, String> set) {
      EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0);
      Map<String, String> settings = new HashMap<>(cluster.configuration());
      settings.put("topics.partitions", "2");
      settings.putAll(set);
      Configuration configuration = StageDriver.configuration(dir.resolve("app"), settings);
      Installation installation = Installation.of(configuration);
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(admin, installation, 2, 1).create();
      }
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      Service intake =
          StreamsApp.service(IntakeTopology.STAGE, configuration, installation, meters);
      intake.start();
      Stage stage =
          new Stage(
              cluster,
              installation,
              intake,
              meters,
              new CommittedTopic<>(installation, Topics.SCORING_REQUESTS));
      stage.awaitState(Health.State.READY);
      return stage;
    }

    void awaitState(Health.State state) {
      await().atMost(READY).until(() -> intake.health().state() == state);
    }

    /** Publishes a ticket, and waits until as many requests are committed. */
    void untilDone(int requests) {
      Ticket ticket =
          Ticket.newBuilder()
              .setTicketId("T-" + requests)
              .setTenantId("acme")
              .setBody("The export fails.")
              .build();
      try (KafkaProducer<String, Ticket> producer =
          new KafkaProducer<>(
              installation.clientConfig(),
              new StringSerializer(),
              installation.serializer(Topics.TICKETS))) {
        producer.send(
            new ProducerRecord<>(installation.name(Topics.TICKETS), ticket.getTicketId(), ticket));
      }
      await()
          .atMost(READY)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> this.requests.values().size() >= requests);
    }

    /** Of all topics, those of offsets and transactions among them. */
    long records() throws Exception {
      try (Admin admin = Admin.create(installation.clientConfig())) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicDescription topic :
            admin
                .describeTopics(
                    admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
                .allTopicNames()
                .get()
                .values()) {
          topic
              .partitions()
              .forEach(
                  each ->
                      ends.put(
                          new TopicPartition(topic.name(), each.partition()), OffsetSpec.latest()));
        }
        return admin.listOffsets(ends).all().get().values().stream()
            .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
            .sum();
      }
    }

    boolean isQuietFor(Duration time) throws Exception {
      long before = records();
      Thread.sleep(time.toMillis()); // That nothing comes shows only over time.
      return records() == before;
    }

    double polls() {
      return meters.find("kafka.stream.thread.poll.total").functionCounters().stream()
          .mapToDouble(FunctionCounter::count)
          .sum();
    }

    @Override
    public void close() {
      requests.close();
      intake.close();
      cluster.close();
    }
  }
}
