package dev.prefstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionTest {

  private static final Duration SHORT = Duration.ofSeconds(2);

  @Test
  void saysThatNoBrokerAnsweredAndWhatToDo() throws IOException {
    String server = "127.0.0.1:" + freePort();

    assertThatThrownBy(() -> Connection.checkBroker(Map.of("bootstrap.servers", server), SHORT))
        .isInstanceOf(Connection.UnreachableException.class)
        .hasMessageContaining("no Kafka broker answered at " + server)
        .hasMessageContaining("set kafka.bootstrap-servers");
  }

  @Test
  void saysThatNoRegistryAnsweredAndWhatToDo() throws IOException {
    String url = "http://127.0.0.1:" + freePort();

    assertThatThrownBy(() -> Connection.checkRegistry(url, SHORT))
        .isInstanceOf(Connection.UnreachableException.class)
        .hasMessageContaining("no schema registry answered at " + url)
        .hasMessageContaining("set schema-registry.url");
  }

  @Test
  void takesAMockRegistryForGranted() {
    assertThatCode(() -> Connection.checkRegistry("mock://x", SHORT)).doesNotThrowAnyException();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
