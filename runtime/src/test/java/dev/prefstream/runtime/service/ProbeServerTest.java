package dev.prefstream.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.runtime.metrics.Metric;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeServerTest {

  /** A service whose health a test sets. */
  private static final class Stage implements Service {
    private volatile Health health = Health.starting("joining");

    @Override
    public String name() {
      return "intake";
    }

    @Override
    public void start() {
      health = Health.ready();
    }

    @Override
    public Health health() {
      return health;
    }

    @Override
    public void close() {
      health = Health.stopped();
    }
  }

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Stage stage = new Stage();

  @Test
  void isLiveWhileStartingAndReadyOnlyWhenServing() throws Exception {
    try (ProbeServer server = ProbeServer.start("127.0.0.1", 0, List.of(stage), registry)) {
      assertThat(get(server, "/livez").statusCode()).isEqualTo(200);
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(server, "/readyz").body()).isEqualTo("intake STARTING joining\n");

      stage.start();

      assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isLiveWhileWaitingAndNoLongerOnceFailed() throws Exception {
    try (ProbeServer server = ProbeServer.start("127.0.0.1", 0, List.of(stage), registry)) {
      stage.health = Health.waiting("broker away");
      assertThat(get(server, "/livez").statusCode()).isEqualTo(200);
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);

      stage.health = Health.failed("wrong bundle");
      assertThat(get(server, "/livez").statusCode()).isEqualTo(503);
      assertThat(get(server, "/livez").body()).isEqualTo("intake FAILED wrong bundle\n");
    }
  }

  @Test
  void showsMetricsAsPrometheusText() throws Exception {
    Metric.DEAD_LETTERED.counter(registry, "intake", "EMPTY_TEXT").increment(3);
    try (ProbeServer server = ProbeServer.start("127.0.0.1", 0, List.of(stage), registry)) {
      assertThat(get(server, "/metrics").body())
          .contains(
              "prefstream_records_dead_lettered_total{reason=\"EMPTY_TEXT\",stage=\"intake\"} 3.0");
    }
  }

  @Test
  void namesAPortThatIsTaken() {
    try (ProbeServer first = ProbeServer.start("127.0.0.1", 0, List.of(stage), registry)) {
      assertThatThrownBy(
              () -> ProbeServer.start("127.0.0.1", first.port(), List.of(stage), registry))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("127.0.0.1:" + first.port() + " is already in use")
          .hasMessageContaining("http.port");
    }
  }

  private static HttpResponse<String> get(ProbeServer server, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
