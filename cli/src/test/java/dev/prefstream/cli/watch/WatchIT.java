package dev.prefstream.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class WatchIT extends ClusterFixture {

  @Test
  void endsAfterSoManyRecordsUnderEitherNameOfTheTopic() throws IOException {
    createTopics();
    publish("{\"id\": 1, \"body\": \"b\"}\n".repeat(5));

    Invocation watched =
        run(
            "watch",
            configuration.get("topics.prefix") + "tickets",
            "--from-beginning",
            "--max-messages",
            "3");

    assertThat(watched.exitCode()).as(watched.err()).isZero();
    assertThat(watched.lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).startsWith("{\"ticket_id\":\"1\""));
  }

  @Test
  void startsWithWhatComesNextUnlessToldOtherwise() throws IOException {
    createTopics();
    publish("{\"id\": 1, \"body\": \"b\"}\n");

    Invocation watched = run("watch", "tickets", "--timeout", "1s");

    assertThat(watched.exitCode()).isZero();
    assertThat(watched.lines()).isEmpty();
  }

  @Test
  void recordThatCannotBeDecodedIsNamedAndTheRestIsShown()
      throws IOException, ExecutionException, InterruptedException {
    createTopics();
    send("tickets", new byte[] {1, 2, 3});
    send("tickets", new byte[] {0, 0, 0, 39, 15, 2});
    publish("{\"id\": 1, \"body\": \"b\"}\n");

    Invocation watched = run("watch", "tickets", "--from-beginning", "--timeout", "1s");

    assertThat(watched.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(watched.lines()).hasSize(1);
    assertThat(watched.err().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("tickets-").contains("cannot be decoded"));
  }

  @Test
  void unreachableRegistryIsNamedWithWhatToDo() throws IOException {
    createTopics();
    String address;
    try (ServerSocket socket = new ServerSocket(0)) {
      address = "http://127.0.0.1:" + socket.getLocalPort();
    }
    configuration.put("schema-registry.url", address);

    Invocation watched = run("watch", "tickets");

    assertThat(watched.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(watched.err())
        .startsWith("prefstream: no schema registry answered at " + address)
        .contains("set schema-registry.url");
  }

  private void publish(String lines) throws IOException {
    String file = Files.writeString(folder.resolve("lines.jsonl"), lines).toString();
    assertThat(run("publish", "tickets", file).exitCode()).isZero();
  }

  private void send(String topic, byte[] value) throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            installation().clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(configuration.get("topics.prefix") + topic, value)).get();
    }
  }
}
