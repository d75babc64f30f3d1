package dev.prefstream.scorer.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An inference server in a process of its own, written after the public specifications: the Open
 * Inference Protocol ({@code /v2}) and vLLM's pooling, classification and score APIs. Its network
 * is that of {@code TinyNetwork}, so that logits can be computed by hand. Faults are switched on by
 * {@code POST /faults?name=value}, and all of them off by {@code POST /faults}.
 */
final class ProtocolServer {

  private static final JsonMapper JSON = new JsonMapper();

  /** Ids of the tiny tokenizer: w0 is 4. */
  private static final int FIRST_WORD = 4;

  private static final int NAN = 14;
  private static final int INFINITE = 15;
  private static final int REFUSED = 16;

  private final Map<String, String> faults = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final String token;

  private ProtocolServer(String token) {
    this.token = token;
  }

  /** Arguments: port, 0 for any; bearer token that is asked for, or nothing. Prints the port. */
  public static void main(String[] args) throws IOException {
    ProtocolServer server = new ProtocolServer(args.length > 1 ? args[1] : "");
    HttpServer http =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
    http.setExecutor(Executors.newCachedThreadPool());
    http.createContext("/", server::handle);
    http.start();
    System.out.println(http.getAddress().getPort());
    while (System.in.read() >= 0) {
      // Ends with the process that started it.
    }
    System.exit(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/faults")) {
        setFault(exchange.getRequestURI().getQuery());
        answer(exchange, 200, "{}");
      } else if (path.equals("/counts")) {
        answer(exchange, 200, requests + " " + mostInFlight);
      } else if (!token.isEmpty()
          && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        answer(exchange, 401, "{\"error\": \"Unauthorized\"}");
      } else if (exchange.getRequestMethod().equals("GET")) {
        describe(exchange, path);
      } else {
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        requests.incrementAndGet();
        try {
          infer(exchange, path, JSON.readTree(body));
        } finally {
          inFlight.decrementAndGet();
        }
      }
    }
  }

  private void setFault(String query) {
    if (query == null) {
      faults.clear();
    } else {
      String[] pair = query.split("=", 2);
      faults.put(pair[0], pair.length > 1 ? pair[1] : "");
    }
  }

  private void describe(HttpExchange exchange, String path) throws IOException {
    switch (path) {
      case "/v1/models" ->
          answer(exchange, 200, "{\"object\": \"list\", \"data\": [{\"id\": \"tiny\"}]}");
      case "/v2/models/tiny/ready", "/v2/models/texts/ready" ->
          answer(exchange, faults.containsKey("loading") ? 503 : 200, "{}");
      case "/v2/models/tiny" ->
          answer(
              exchange,
              200,
              """
              {"name": "tiny", "versions": ["1"], "platform": "onnxruntime_onnx",
               "inputs": [{"name": "input_ids", "datatype": "INT64", "shape": [-1, -1]},
                          {"name": "attention_mask", "datatype": "INT64", "shape": [-1, -1]}],
               "outputs": [{"name": "logits", "datatype": "FP32", "shape": [-1, 1]}]}
              """);
      case "/v2/models/texts" ->
          answer(
              exchange,
              200,
              """
              {"name": "texts", "platform": "python",
               "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1, 1]}],
               "outputs": [{"name": "logits", "datatype": "FP32", "shape": [-1]}]}
              """);
      default -> answer(exchange, 404, "{\"error\": \"Request for unknown model\"}");
    }
  }

  private void infer(HttpExchange exchange, String path, JsonNode request) throws IOException {
    List<long[]> rows = rows(path, request);
    boolean marked =
        faults.containsKey("only")
            ? rows.stream().anyMatch(row -> has(row, Integer.parseInt(faults.get("only"))))
            : true;
    if (faults.containsKey("slow") && marked) {
      pause(Long.parseLong(faults.get("slow")));
    }
    if (faults.containsKey("status") && marked) {
      if (faults.containsKey("retry-after")) {
        exchange.getResponseHeaders().set("Retry-After", faults.get("retry-after"));
      }
      answer(exchange, Integer.parseInt(faults.get("status")), "{\"error\": \"a fault: w1 w3\"}");
      return;
    }
    if (rows.stream().anyMatch(row -> has(row, REFUSED))) {
      answer(exchange, 400, "{\"error\": \"cannot read the text: crash\"}");
      return;
    }
    int spare = faults.containsKey("shape") && marked ? 1 : 0;
    List<Double> logits = new ArrayList<>();
    double offset = Double.parseDouble(faults.getOrDefault("offset", "0"));
    rows.forEach(row -> logits.add(logit(row) + offset));
    for (int i = 0; i < spare; i++) {
      logits.add(0.0);
    }
    byte[] json = response(path, logits).getBytes(UTF_8);
    if (faults.containsKey("cut") && marked) {
      exchange.sendResponseHeaders(200, json.length);
      exchange.getResponseBody().write(json, 0, json.length / 2);
      exchange.getResponseBody().flush();
      if (faults.get("cut").equals("hang")) {
        pause(60_000);
      }
      return; // Closing without the rest ends the connection.
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, json.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(json);
    }
  }

  /** Ids of each row, those that the mask leaves out taken away. */
  private static List<long[]> rows(String path, JsonNode request) {
    List<long[]> rows = new ArrayList<>();
    if (path.startsWith("/v2/")) {
      JsonNode first = request.path("inputs").path(0);
      int count = first.path("shape").path(0).asInt();
      if (first.path("datatype").asText().equals("BYTES")) {
        first.path("data").forEach(text -> rows.add(ids(text.asText())));
      } else {
        JsonNode mask = request.path("inputs").path(1).path("data");
        int length = first.path("shape").path(1).asInt();
        for (int row = 0; row < count; row++) {
          List<Long> ids = new ArrayList<>();
          for (int i = row * length; i < (row + 1) * length; i++) {
            if (mask.path(i).asInt() == 1) {
              ids.add(first.path("data").path(i).asLong());
            }
          }
          rows.add(ids.stream().mapToLong(Long::longValue).toArray());
        }
      }
    } else if (path.equals("/score")) {
      for (int i = 0; i < request.path("text_1").size(); i++) {
        rows.add(
            ids(
                request.path("text_1").path(i).asText()
                    + " "
                    + request.path("text_2").path(i).asText()));
      }
    } else {
      for (JsonNode input : request.path("input")) {
        if (input.isTextual()) {
          rows.add(ids(input.asText()));
        } else {
          long[] ids = new long[input.size()];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = input.path(i).asLong();
          }
          rows.add(ids);
        }
      }
    }
    return rows;
  }

  /** As the tiny tokenizer does. */
  private static long[] ids(String text) {
    List<Long> ids = new ArrayList<>(List.of(2L));
    for (String word : text.strip().split("\\s+")) {
      ids.add(
          switch (word) {
            case "nan" -> (long) NAN;
            case "inf" -> (long) INFINITE;
            case "crash" -> (long) REFUSED;
            default -> word.matches("w\\d") ? FIRST_WORD + word.charAt(1) - '0' : 1L;
          });
    }
    ids.add(3L);
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  private static double logit(long[] ids) {
    double sum = 0;
    for (long id : ids) {
      sum +=
          id == NAN
              ? Double.NaN
              : id == INFINITE ? Double.POSITIVE_INFINITY : Math.max(0, id - FIRST_WORD);
    }
    return sum / ids.length;
  }

  private static boolean has(long[] row, long id) {
    for (long one : row) {
      if (one == id) {
        return true;
      }
    }
    return false;
  }

  private static String response(String path, List<Double> logits) {
    ObjectNode response = JSON.createObjectNode();
    if (path.startsWith("/v2/")) {
      response.put("model_name", "tiny");
      ObjectNode output = response.putArray("outputs").addObject();
      output.put("name", "logits").put("datatype", "FP32");
      output.putArray("shape").add(logits.size()).add(1);
      ArrayNode data = output.putArray("data");
      logits.forEach(data::add);
    } else {
      response.put("object", "list").put("model", "tiny");
      ArrayNode data = response.putArray("data");
      for (int i = 0; i < logits.size(); i++) {
        ObjectNode item = data.addObject().put("index", i);
        switch (path) {
          // One number for each token; the last one counts.
          case "/pooling" -> {
            ArrayNode tokens = item.put("object", "pooling").putArray("data");
            tokens.addArray().add(-7.5);
            tokens.addArray().add(logits.get(i));
          }
          case "/classify" ->
              item.put("label", "LABEL_1")
                  .put("num_classes", 2)
                  .putArray("probs")
                  .add(-logits.get(i))
                  .add(logits.get(i));
          default -> item.put("object", "score").put("score", logits.get(i));
        }
      }
    }
    // As Python's json module writes them, not as strings.
    return response.toString().replace("\"NaN\"", "NaN").replace("\"Infinity\"", "Infinity");
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
