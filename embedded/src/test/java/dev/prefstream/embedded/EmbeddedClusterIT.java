package dev.prefstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.embedded.Rest.Answer;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Connection;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.runtime.service.PortInUseException;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Ticket;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClusterIT {

  private static final List<String> VALUES =
      IntStream.range(0, 500).mapToObj(i -> "value " + i).toList();

  private static final Map<String, Object> TRANSACTIONAL = Map.of("transactional.id", "writer");

  @Test
  void anOutsideConsumerReadsWhatAnInstallationWrites(@TempDir Path dataDir) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dataDir, 0, 0)) {
      Configuration configuration =
          Configuration.load(KafkaOptions.all(), null, Map.of(), cluster.configuration());
      Installation installation = Installation.of(configuration);
      Connection.checkBroker(installation.clientConfig(), Duration.ofSeconds(10));
      Connection.checkRegistry(cluster.registryUrl(), Duration.ofSeconds(10));
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(
                admin,
                installation,
                configuration.get(KafkaOptions.FLOW_PARTITIONS),
                configuration.get(KafkaOptions.REPLICATION))
            .create();
      }
      try (KafkaProducer<String, Ticket> producer =
          new KafkaProducer<>(
              installation.clientConfig(),
              new StringSerializer(),
              installation.serializer(Topics.TICKETS))) {
        Ticket ticket =
            Ticket.newBuilder().setTicketId("T-1").setSubject("Printer on fire").build();
        producer.send(new ProducerRecord<>(installation.name(Topics.TICKETS), "T-1", ticket)).get();
      }

      try (KafkaConsumer<String, Object> consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers",
                  cluster.bootstrapServers(),
                  "group.id",
                  "outside",
                  "auto.offset.reset",
                  "earliest",
                  "key.deserializer",
                  StringDeserializer.class,
                  "value.deserializer",
                  KafkaAvroDeserializer.class,
                  "schema.registry.url",
                  cluster.registryUrl()))) {
        consumer.subscribe(List.of(installation.name(Topics.TICKETS)));
        Optional<ConsumerRecord<String, Object>> first =
            Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> first(consumer), Optional::isPresent);

        GenericRecord value = (GenericRecord) first.orElseThrow().value();
        assertThat(String.valueOf(value.get("subject"))).isEqualTo("Printer on fire");
      }
    }
  }

  @Test
  void keepsWhatItAcknowledgedWhenItsProcessIsKilled(@TempDir Path dataDir) throws Exception {
    String clusterId;
    String schema = Rest.schema("\"string\"");
    Answer registered;
    try (ClusterProcess process = ClusterProcess.start(dataDir)) {
      Records records = new Records(process.bootstrapServers());
      records.create("kept", Map.of());
      records.write("kept", VALUES);
      records.create("transacted", Map.of());
      try (KafkaProducer<String, String> producer = records.producer(TRANSACTIONAL)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("transacted", "committed"));
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("transacted", "open")).get();
        clusterId = records.clusterId();
        registered = new Rest(process.registryUrl()).post("/subjects/kept-value/versions", schema);
        process.kill();
        producer.close(Duration.ZERO);
      }
    }

    try (EmbeddedCluster cluster = EmbeddedCluster.start(dataDir, 0, 0)) {
      Records records = new Records(cluster.bootstrapServers());
      assertThat(records.clusterId()).isEqualTo(clusterId);
      assertThat(records.read("kept")).isEqualTo(VALUES);
      try (KafkaProducer<String, String> producer = records.producer(TRANSACTIONAL)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("transacted", "next"));
        producer.commitTransaction();
      }
      assertThat(records.read("transacted")).containsExactly("committed", "next");
      assertThat(registered.status()).isEqualTo(200);
      Rest rest = new Rest(cluster.registryUrl());
      assertThat(rest.post("/subjects/kept-value/versions", schema).json())
          .isEqualTo(registered.json());
      assertThat(rest.get("/subjects/kept-value/versions").body()).isEqualTo("[1]");
    }
  }

  @Test
  void leavesNothingRunningWhenThePortOfTheBrokerIsTaken(@TempDir Path dataDir) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedCluster.start(dataDir, taken.getLocalPort(), 0))
          .isInstanceOf(PortInUseException.class);
    }

    EmbeddedCluster.start(dataDir, 0, 0).close();
  }

  private static Optional<ConsumerRecord<String, Object>> first(
      KafkaConsumer<String, Object> consumer) {
    for (ConsumerRecord<String, Object> record : consumer.poll(Duration.ofMillis(100))) {
      return Optional.of(record);
    }
    return Optional.empty();
  }
}
