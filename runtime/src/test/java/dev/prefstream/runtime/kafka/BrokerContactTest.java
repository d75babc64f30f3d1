package dev.prefstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.runtime.service.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real consumer, and a broker that accepts connections and says what a test lets it say. */
class BrokerContactTest {

  private final AtomicLong nanos = new AtomicLong(-5);

  @SuppressWarnings("NullAway.Init") // set before each test
  private ServerSocket broker;

  @SuppressWarnings("NullAway.Init") // set before each test
  private KafkaConsumer<byte[], byte[]> consumer;

  @SuppressWarnings("NullAway.Init") // set before each test
  private BrokerContact contact;

  @BeforeEach
  void start() throws IOException {
    broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    String server = "127.0.0.1:" + broker.getLocalPort();
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", server, "group.id", "g"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(Set.of("t"));
    contact = new BrokerContact(consumer::metrics, server, nanos::get);
  }

  @AfterEach
  void stop() throws IOException {
    consumer.close();
    broker.close();
  }

  @Test
  void waitsWhileABrokerHangsAndIsReadyWhenItIsHeard() throws IOException {
    assertThat(contact.of(Health.ready())).isEqualTo(Health.ready());
    try (Socket connection = connected()) {
      assertThat(metric("connection-count")).isEqualTo(1.0);
      pass(15);
      assertThat(contact.of(Health.ready())).isEqualTo(Health.ready());
      pass(1);

      Health silent = contact.of(Health.ready());

      assertThat(silent.state()).isEqualTo(Health.State.WAITING);
      assertThat(silent.detail()).contains("16 s", "127.0.0.1:" + broker.getLocalPort());

      says(connection);
      assertThat(contact.of(Health.ready())).isEqualTo(Health.ready());
    }
  }

  @Test
  void isReadyWhenABrokerWasHeardSinceItWasLastAskedHoweverLongAgo() throws IOException {
    try (Socket connection = connected()) {
      assertThat(contact.of(Health.ready())).isEqualTo(Health.ready());
      says(connection);
      pass(600);

      assertThat(contact.of(Health.ready())).isEqualTo(Health.ready());
    }
  }

  @Test
  void leavesAStageThatIsNotReadyAsItIs() {
    contact.of(Health.ready());
    pass(600);

    assertThat(contact.of(Health.starting("s"))).isEqualTo(Health.starting("s"));
    assertThat(contact.of(Health.failed("f"))).isEqualTo(Health.failed("f"));
  }

  private Socket connected() throws IOException {
    consumer.poll(Duration.ofMillis(1));
    return broker.accept();
  }

  /** The length of an answer, which never comes. */
  private void says(Socket connection) throws IOException {
    connection.getOutputStream().write(new byte[] {0, 0, 1, 0});
    await()
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(1));
              return metric("incoming-byte-total") > 0;
            });
  }

  private double metric(String name) {
    return consumer.metrics().entrySet().stream()
        .filter(
            metric ->
                metric.getKey().group().equals("consumer-metrics")
                    && metric.getKey().name().equals(name))
        .mapToDouble(metric -> (double) metric.getValue().metricValue())
        .sum();
  }

  private void pass(long seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
