package dev.prefstream.cli.evaluate.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MlflowServerTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  @SuppressWarnings("NullAway") // started before each test
  private TrackingServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TrackingServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void logsARunUnderAnExperimentThatItMakesOnce() throws IOException {
    MlflowServer mlflow = new MlflowServer(server.address() + "/", Map.of(), NOON);

    String first = mlflow.log("prefstream", run(3, 5));
    String second = mlflow.log("prefstream", run(1, 1));

    assertThat(server.experiments()).containsOnlyKeys("prefstream");
    assertThat(server.runs()).containsOnlyKeys(first, second);
    assertThat(server.run(first).status).isEqualTo("FINISHED");
    assertThat(server.run(first).metrics).hasSize(5).containsEntry("m4", 4.0);
    assertThat(server.run(first).parameters).hasSize(3).containsEntry("p2", "v2");
    assertThat(server.run(first).tags).containsEntry("prefstream.model.id", "m");
    assertThat(server.authorizations()).containsOnly("null");
  }

  @Test
  void sendsMuchInSeveralBatchesAndCutsWhatIsTooLong() throws IOException {
    TrackedRun large = run(250, 2_500);
    large.parameters().put("long", "x".repeat(9_000));

    String id = new MlflowServer(server.address(), Map.of(), NOON).log("e", large);

    assertThat(server.run(id).metrics).hasSize(2_500);
    assertThat(server.run(id).parameters).hasSize(251);
    assertThat(server.run(id).parameters.get("long")).hasSize(500);
  }

  @Test
  void showsItsCredentials() throws IOException {
    new MlflowServer(server.address(), Map.of("MLFLOW_TRACKING_TOKEN", "secret"), NOON)
        .log("e", run(1, 1));
    assertThat(server.authorizations()).containsOnly("Bearer secret");
    server.authorizations().clear();

    new MlflowServer(
            server.address(),
            Map.of("MLFLOW_TRACKING_USERNAME", "a", "MLFLOW_TRACKING_PASSWORD", "b"),
            NOON)
        .log("e", run(1, 1));
    assertThat(server.authorizations()).containsOnly("Basic YTpi");
  }

  @Test
  void runThatCouldNotBeLoggedWholeIsMarkedAsFailed() {
    server.failAt("runs/log-batch");

    assertThatThrownBy(() -> new MlflowServer(server.address(), Map.of(), NOON).log("e", run(1, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("runs/log-batch answered 500");
    assertThat(server.runs().values()).extracting(run -> run.status).containsExactly("FAILED");
  }

  @Test
  void refusesWhatIsNoAddress() {
    for (String address : new String[] {"mlruns", "file:///mlruns", "databricks://x"}) {
      assertThatThrownBy(() -> new MlflowServer(address, Map.of(), NOON))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected an address such as http://127.0.0.1:5000");
    }
  }

  @Test
  void metricsAreTheNumbersOfAReportByPath() {
    ObjectNode report =
        JsonNodeFactory.instance.objectNode().put("n", 3).put("file", "a").putNull("f1");
    report.putObject("by").putObject("product").putObject("a:b (ü)").put("auc", 0.5);

    assertThat(TrackedRun.metricsOf(report))
        .containsExactlyEntriesOf(
            new TreeMap<>(Map.of("by.product.a_b ___-33189811.auc", 0.5, "n", 3.0))
                .descendingMap());
  }

  @Test
  void namesThatLookAlikeWhenCleanedStayApartAndWithinWhatMlflowTakes() {
    List<String> names =
        List.of(
            "日本",
            "中国",
            "__",
            "C++",
            "C**",
            "C__",
            "a/b",
            "a//b",
            "a/../b",
            "x".repeat(300),
            "x".repeat(301),
            "shop",
            "Node.js");
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ObjectNode parts = report.putObject("by").putObject("product");
    names.forEach(name -> parts.putObject(name).put("n", names.indexOf(name)));

    Map<String, Double> metrics = TrackedRun.metricsOf(report);

    assertThat(metrics)
        .hasSize(names.size())
        .containsEntry("by.product.shop.n", 11.0)
        .containsEntry("by.product.Node.js.n", 12.0)
        .isEqualTo(TrackedRun.metricsOf(report));
    assertThat(metrics.keySet())
        .allSatisfy(
            name -> assertThat(name).matches("[A-Za-z0-9_\\-. ]+").hasSizeLessThanOrEqualTo(200));
  }

  @Test
  void passwordInAnAddressIsNeitherShownNorSent() throws IOException {
    String secret = server.address().replace("http://", "http://ada:s3cret@");

    new MlflowServer(secret, Map.of(), NOON).log("e", run(1, 1));

    assertThat(server.runs()).hasSize(1);
    assertThat(server.authorizations()).containsOnly("null");
    assertThat(MlflowServer.shown(secret)).isEqualTo(server.address());
    assertThat(MlflowServer.shown("https://ada:s3/c@ret@host/x")).isEqualTo("https://host/x");
    assertThat(MlflowServer.shown("ada:s3cret@host")).isEqualTo("host");
    assertThat(MlflowServer.shown("http://host:5000")).isEqualTo("http://host:5000");
    for (String address :
        List.of("http://ada:s3 cret@host", "http://ada:s3[cret@host", "ftp://ada:s3cret@host")) {
      assertThatThrownBy(() -> new MlflowServer(address, Map.of(), NOON))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("s3")
          .hasNoCause();
    }
  }

  private static TrackedRun run(int parameters, int metrics) {
    Map<String, String> given = new TreeMap<>();
    Map<String, Double> found = new TreeMap<>();
    for (int i = 0; i < parameters; i++) {
      given.put("p" + i, "v" + i);
    }
    for (int i = 0; i < metrics; i++) {
      found.put("m" + i, (double) i);
    }
    return new TrackedRun("test", given, found, Map.of("prefstream.model.id", "m"));
  }
}
