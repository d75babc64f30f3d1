package dev.prefstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.runtime.service.PortInUseException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {

  private static final List<String> VALUES =
      IntStream.range(0, 500).mapToObj(i -> "value " + i).toList();

  @Test
  void keepsClusterIdTopicsAndDataOverARestartOnAnotherPort(@TempDir Path dataDir)
      throws Exception {
    String clusterId;
    String address;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(dataDir, 0)) {
      Records records = new Records(kafka.bootstrapServers());
      records.create("kept", Map.of());
      records.write("kept", VALUES);
      clusterId = records.clusterId();
      address = kafka.bootstrapServers();
    }

    try (ServerSocket other = new ServerSocket(port(address), 1, InetAddress.getLoopbackAddress());
        EmbeddedKafka kafka = EmbeddedKafka.start(dataDir, 0)) {
      Records records = new Records(kafka.bootstrapServers());
      assertThat(other.isBound()).isTrue();
      assertThat(kafka.bootstrapServers()).isNotEqualTo(address);
      assertThat(records.clusterId()).isEqualTo(clusterId);
      assertThat(records.read("kept")).isEqualTo(VALUES);
    }
  }

  @Test
  void doesNotWaitForTheSessionOfAKilledBroker(@TempDir Path dataDir) throws Exception {
    try (ClusterProcess process = ClusterProcess.start(dataDir)) {
      new Records(process.bootstrapServers()).create("kept", Map.of());
      new Records(process.bootstrapServers()).write("kept", VALUES);
      process.kill();
    }

    // Longer than a start may take at all.
    Map<String, String> session = Map.of("broker.session.timeout.ms", "600000");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(dataDir, 0, session)) {
      Records records = new Records(kafka.bootstrapServers());
      assertThat(records.read("kept")).isEqualTo(VALUES);
      records.write("kept", VALUES);
      assertThat(records.read("kept")).hasSize(2 * VALUES.size());
    }
  }

  @Test
  void showsReadersCommittedTransactionsOnly(@TempDir Path dataDir) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(dataDir, 0)) {
      Records records = new Records(kafka.bootstrapServers());
      records.create("in", Map.of());
      records.create("out", Map.of());
      records.write("in", List.of("1", "2", "3"));
      try (KafkaProducer<String, String> producer =
              records.producer(Map.of("transactional.id", "copier"));
          KafkaConsumer<String, String> consumer = records.consumer(Map.of("group.id", "copier"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("out", "aborted"));
        producer.flush();
        producer.abortTransaction();

        producer.beginTransaction();
        producer.send(new ProducerRecord<>("out", "committed"));
        producer.sendOffsetsToTransaction(
            Map.of(new TopicPartition("in", 0), new OffsetAndMetadata(2)),
            consumer.groupMetadata());
        producer.commitTransaction();

        assertThat(records.read("out")).containsExactly("committed");
        assertThat(consumer.committed(Collections.singleton(new TopicPartition("in", 0))))
            .containsEntry(new TopicPartition("in", 0), new OffsetAndMetadata(2));
      }
    }
  }

  @Test
  void takesTheLargestRecordOfTheCatalogue(@TempDir Path dataDir) throws Exception {
    String large = "x".repeat(10 << 20);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(dataDir, 0)) {
      Records records = new Records(kafka.bootstrapServers());
      records.create("large", Map.of());
      try (KafkaProducer<String, String> producer =
          records.producer(Map.of("max.request.size", 12 << 20))) {
        producer.send(new ProducerRecord<>("large", large)).get();
      }
      assertThat(records.read("large")).containsExactly(large);
    }
  }

  @Test
  void refusesATakenPortByName(@TempDir Path dataDir) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedKafka.start(dataDir, taken.getLocalPort()))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("embedded.kafka-port");
    }
    assertFree(dataDir);
  }

  @Test
  void refusesADirectoryThatAnotherProcessUses(@TempDir Path dataDir) throws Exception {
    try (ClusterProcess process = ClusterProcess.start(dataDir)) {
      assertThatThrownBy(() -> EmbeddedKafka.start(dataDir, 0))
          .isInstanceOf(EmbeddedFailureException.class)
          .hasMessageContaining(dataDir.toString())
          .hasMessageContaining("pid " + process.pid());
    }
    assertFree(dataDir);
  }

  @Test
  void refusesABrokerPropertyByName(@TempDir Path dataDir) {
    assertThatThrownBy(() -> EmbeddedKafka.start(dataDir, 0, Map.of("num.io.threads", "many")))
        .isInstanceOf(EmbeddedFailureException.class)
        .hasMessageContaining("num.io.threads");
    assertFree(dataDir);
  }

  @Test
  void refusesAFolderOfAnotherBroker(@TempDir Path dataDir) throws Exception {
    Path logDir = Files.createDirectories(dataDir.resolve("kafka"));
    Files.writeString(
        logDir.resolve("meta.properties"),
        "version=1\nnode.id=7\ncluster.id=" + Uuid.randomUuid() + "\n");

    assertThatThrownBy(() -> EmbeddedKafka.start(dataDir, 0))
        .isInstanceOf(EmbeddedFailureException.class)
        .hasMessageContaining("7");
  }

  @Test
  void reportsItsFailureAndLeavesTheProcessAlive(@TempDir Path dataDir) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(dataDir, 0)) {
      Records records = new Records(kafka.bootstrapServers());
      Utils.delete(dataDir.resolve("kafka").toFile());
      Files.writeString(dataDir.resolve("kafka"), "in the way");

      try (var admin = records.admin()) {
        admin.createTopics(List.of(new NewTopic("fatal", 1, (short) 1)));
        EmbeddedFailureException failure =
            kafka.failure().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(failure).hasMessageContaining("embedded Kafka broker failed");
        admin.close(Duration.ZERO);
      }
    }
  }

  private static void assertFree(Path dataDir) {
    DataDir.open(dataDir, "kafka").close();
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }
}
