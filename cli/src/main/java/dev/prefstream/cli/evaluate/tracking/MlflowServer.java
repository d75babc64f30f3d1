package dev.prefstream.cli.evaluate.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * An MLflow tracking server, by its REST API 2.0. Calls block, each for ten seconds at most;
 * nothing is tried twice. See docs/decisions/0040-mlflow-by-rest.md.
 */
public final class MlflowServer {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Bounds of one log-batch request. */
  private static final int METRICS_AT_ONCE = 1_000;

  private static final int PARAMETERS_AT_ONCE = 100;
  private static final int LONGEST_PARAMETER = 500;
  private static final int LONGEST_TAG = 5_000;

  private static final JsonMapper MAPPER = new JsonMapper();

  private final String api;
  private final Map<String, String> environment;
  private final Clock clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * @param address such as http://127.0.0.1:5000
   * @param environment {@code MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME} and
   *     {@code MLFLOW_TRACKING_PASSWORD}, as MLflow's own clients read them
   * @throws IllegalArgumentException when it is no http address; does not hold its password
   */
  public MlflowServer(String address, Map<String, String> environment, Clock clock) {
    if (!isHttp(address)) {
      throw new IllegalArgumentException(
          "found %s, expected an address such as http://127.0.0.1:5000".formatted(shown(address)));
    }
    this.api =
        address.replaceFirst("^([^/]*//)[^/?#]*@", "$1").replaceAll("/+$", "") + "/api/2.0/mlflow/";
    this.environment = Map.copyOf(environment);
    this.clock = clock;
  }

  /** The address as it may be shown: without a name or password in it. */
  public static String shown(String address) {
    return address.replaceFirst("(?s)^(.*?://)?.*@", "$1");
  }

  /** Where it is no address, what {@link URI} says of it would quote it whole. */
  private static boolean isHttp(String address) {
    try {
      URI uri = new URI(address);
      return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * Logs a run that is over. The experiment is made if there is none of this name.
   *
   * @return the server's id of the run
   * @throws IOException when the server does not answer, or refuses
   */
  public String log(String experiment, TrackedRun run) throws IOException {
    String id = create(experiment(experiment), run);
    try {
      parameters(id, run.parameters());
      metrics(id, run.metrics());
    } catch (IOException e) {
      finish(id, "FAILED");
      throw e;
    }
    finish(id, "FINISHED");
    return id;
  }

  private String experiment(String name) throws IOException {
    HttpResponse<String> found =
        send(
            request(
                    "experiments/get-by-name?experiment_name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .GET());
    if (found.statusCode() == 404) {
      ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("name", name);
      return text(post("experiments/create", wanted), "experiment_id");
    }
    return text(answer(found).path("experiment"), "experiment_id");
  }

  private String create(String experimentId, TrackedRun run) throws IOException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("experiment_id", experimentId)
        .put("run_name", run.name())
        .put("start_time", clock.millis());
    ArrayNode tags = body.putArray("tags");
    run.tags().forEach((key, value) -> tags.add(pair(key, shortened(value, LONGEST_TAG))));
    return text(post("runs/create", body).path("run").path("info"), "run_id");
  }

  private void parameters(String id, Map<String, String> parameters) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    parameters.forEach((key, value) -> all.add(pair(key, shortened(value, LONGEST_PARAMETER))));
    batches(id, "params", all, PARAMETERS_AT_ONCE);
  }

  private void metrics(String id, Map<String, Double> metrics) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    metrics.forEach(
        (key, value) ->
            all.add(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("key", key)
                    .put("value", value)
                    .put("timestamp", clock.millis())
                    .put("step", 0)));
    batches(id, "metrics", all, METRICS_AT_ONCE);
  }

  private void batches(String id, String kind, List<ObjectNode> all, int most) throws IOException {
    for (int from = 0; from < all.size(); from += most) {
      ObjectNode body = JsonNodeFactory.instance.objectNode().put("run_id", id);
      body.putArray(kind).addAll(all.subList(from, Math.min(all.size(), from + most)));
      post("runs/log-batch", body);
    }
  }

  private void finish(String id, String status) throws IOException {
    post(
        "runs/update",
        JsonNodeFactory.instance
            .objectNode()
            .put("run_id", id)
            .put("status", status)
            .put("end_time", clock.millis()));
  }

  private JsonNode post(String path, ObjectNode body) throws IOException {
    return answer(send(request(path).POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api + path))
            .timeout(ANSWER)
            .header("Content-Type", "application/json");
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    if (token != null && !token.isBlank()) {
      request.header("Authorization", "Bearer " + token);
    } else if (user != null && !user.isBlank()) {
      String both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(
          request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the tracking server", e);
    }
  }

  private static JsonNode answer(HttpResponse<String> response) throws IOException {
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s answered %d".formatted(response.uri().getPath(), response.statusCode()));
    }
    return MAPPER.readTree(response.body());
  }

  private static String text(JsonNode object, String name) throws IOException {
    if (!object.path(name).isTextual()) {
      throw new IOException("the answer holds no %s: is this an MLflow server?".formatted(name));
    }
    return object.path(name).asText();
  }

  private static ObjectNode pair(String key, String value) {
    return JsonNodeFactory.instance.objectNode().put("key", key).put("value", value);
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
