package dev.prefstream.cli.evaluate.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on the loopback address that speaks the part of MLflow's REST API that logging
 * needs, with MLflow's own rules: an unknown experiment or run is 404, too much at once is 400, a
 * parameter cannot change, a finished run is finished.
 */
public final class TrackingServer implements AutoCloseable {

  private static final JsonMapper MAPPER = new JsonMapper();

  private final HttpServer server;
  private final Map<String, String> experiments = new LinkedHashMap<>();
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final List<String> authorizations = new ArrayList<>();
  private volatile @Nullable String failing;

  /** A run as the server has it. */
  public static final class Run {
    public String experiment = "";
    public String status = "RUNNING";
    public final Map<String, String> parameters = new TreeMap<>();
    public final Map<String, Double> metrics = new TreeMap<>();
    public final Map<String, String> tags = new TreeMap<>();
  }

  public TrackingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public Map<String, Run> runs() {
    return runs;
  }

  /** The run of this id, which must be there. */
  public Run run(String id) {
    return Objects.requireNonNull(runs.get(id), id);
  }

  public Map<String, String> experiments() {
    return experiments;
  }

  List<String> authorizations() {
    return authorizations;
  }

  /** From now on requests to this path are answered with 500. */
  void failAt(String path) {
    failing = path;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replace("/api/2.0/mlflow/", "");
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (path.equals(failing)) {
      answer(exchange, 500, "{\"error_code\": \"INTERNAL_ERROR\"}");
      return;
    }
    JsonNode json = body.isEmpty() ? MAPPER.createObjectNode() : MAPPER.readTree(body);
    switch (exchange.getRequestMethod() + " " + path) {
      case "GET experiments/get-by-name" -> {
        String name = exchange.getRequestURI().getQuery().replace("experiment_name=", "");
        if (experiments.containsKey(name)) {
          answer(
              exchange,
              200,
              "{\"experiment\": {\"experiment_id\": \"%s\"}}".formatted(experiments.get(name)));
        } else {
          answer(exchange, 404, "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}");
        }
      }
      case "POST experiments/create" -> {
        String id = Integer.toString(experiments.size() + 1);
        experiments.put(json.get("name").asText(), id);
        answer(exchange, 200, "{\"experiment_id\": \"%s\"}".formatted(id));
      }
      case "POST runs/create" -> {
        if (!experiments.containsValue(json.path("experiment_id").asText())
            || !json.path("start_time").isNumber()) {
          answer(exchange, 404, "{}");
          return;
        }
        Run run = new Run();
        run.experiment = json.get("experiment_id").asText();
        json.path("tags")
            .forEach(tag -> run.tags.put(tag.get("key").asText(), tag.get("value").asText()));
        String id = "run-" + (runs.size() + 1);
        runs.put(id, run);
        answer(exchange, 200, "{\"run\": {\"info\": {\"run_id\": \"%s\"}}}".formatted(id));
      }
      case "POST runs/log-batch" -> answer(exchange, logBatch(json), "{}");
      case "POST runs/update" -> {
        Run run = runs.get(json.path("run_id").asText());
        if (run == null) {
          answer(exchange, 404, "{}");
          return;
        }
        run.status = json.get("status").asText();
        answer(exchange, 200, "{\"run_info\": {}}");
      }
      default -> answer(exchange, 404, "no such call");
    }
  }

  private int logBatch(JsonNode json) {
    Run run = runs.get(json.path("run_id").asText());
    if (run == null) {
      return 404;
    }
    if (json.path("metrics").size() > 1_000
        || json.path("params").size() > 100
        || !run.status.equals("RUNNING")) {
      return 400;
    }
    for (JsonNode metric : json.path("metrics")) {
      if (!metric.path("value").isNumber()
          || !metric.path("timestamp").isNumber()
          || !metric.path("key").asText().matches("[\\w\\-. /]{1,250}")) {
        return 400;
      }
      run.metrics.put(metric.get("key").asText(), metric.get("value").asDouble());
    }
    for (JsonNode parameter : json.path("params")) {
      String value = parameter.path("value").asText();
      String before = run.parameters.put(parameter.path("key").asText(), value);
      if (value.length() > 500 || (before != null && !before.equals(value))) {
        return 400;
      }
    }
    return 200;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
