package dev.prefstream.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.prefstream.cli.KnownOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an explanation over HTTP may cost, with the shipped bundles. */
class ExplainBoundsTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String LONG_BODY = "Nobody can pay since the release. ".repeat(60);

  private @Nullable ExplainRoutes routes;
  private @Nullable Javalin server;
  private URI uri = URI.create("http://127.0.0.1");

  private void serve(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("scorer.models", Path.of("..", "models").toString());
    Configuration configuration = Configuration.load(KnownOptions.all(), null, Map.of(), all);
    ExplainRoutes routes = new ExplainRoutes(configuration, Installation.of(configuration));
    this.routes = routes;
    Javalin started =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  routes.register(config.routes);
                })
            .start("127.0.0.1", 0);
    this.server = started;
    uri = URI.create("http://127.0.0.1:" + started.port() + "/explain");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop();
    }
    if (routes != null) {
      routes.close();
    }
  }

  @Test
  void scoresNoMoreVariantsThanItMayAndSaysThatItIsNotAll() throws Exception {
    serve(Map.of("explain.max-occlusions", "8"));

    JsonNode cut = explained(LONG_BODY);
    JsonNode whole = explained("It is down.");

    assertThat(cut.at("/cost/occlusions").asInt()).isBetween(1, 8);
    assertThat(cut.at("/cost/complete").asBoolean()).isFalse();
    assertThat(cut.get("decision").asText()).as("the decision is told all the same").isNotEmpty();
    assertThat(whole.at("/cost/complete").asBoolean()).isTrue();
  }

  @Test
  void keepsTheLastExplanationsAndForgetsThoseBefore() throws Exception {
    serve(Map.of("explain.cache-entries", "2"));
    assertThat(cached("One is down.")).isFalse();
    assertThat(cached("Two is down.")).isFalse();
    assertThat(cached("One is down.")).isTrue();
    assertThat(cached("Three is down.")).isFalse();

    assertThat(cached("One is down.")).as("used last").isTrue();
    assertThat(cached("Two is down.")).as("used longest ago").isFalse();
  }

  @Test
  void keepsNothingWhereToldSo() throws Exception {
    serve(Map.of("explain.cache-entries", "0"));

    assertThat(cached("It is down.")).isFalse();
    assertThat(cached("It is down.")).isFalse();
  }

  /** Opening the model, with which the first explanation begins, takes longer than the limit. */
  @Test
  void sendsCallersAwayWhileOthersAreBeingExplained() {
    serve(Map.of("explain.time-limit", "10ms"));
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    HttpClient client = HttpClient.newHttpClient();
    for (int i = 0; i < 4; i++) {
      calls.add(client.sendAsync(request("Number " + i + " is down."), BodyHandlers.ofString()));
    }

    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();

    assertThat(answers)
        .extracting(HttpResponse::statusCode)
        .contains(200, 503)
        .containsOnly(200, 503);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 503)
        .allSatisfy(
            answer -> {
              assertThat(answer.headers().firstValue("Retry-After")).contains("1");
              assertThat(answer.body()).contains("other texts are being explained");
            });
  }

  @Test
  void doesNotWaitLongerThanItMayForBrokersThatDoNotAnswer() throws Exception {
    serve(Map.of("explain.time-limit", "500ms", "kafka.bootstrap-servers", "127.0.0.1:1"));
    long begun = System.nanoTime();

    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(uri + "/T-1")).build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
    assertThat(answer.body()).contains("not found in time", "explain.time-limit");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
  }

  private boolean cached(String body) throws Exception {
    return explained(body).get("cached").asBoolean();
  }

  private JsonNode explained(String body) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request(body), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private HttpRequest request(String body) {
    return HttpRequest.newBuilder(uri)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(JSON.createObjectNode().put("body", body).toString()))
        .build();
  }
}
