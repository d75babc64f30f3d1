package dev.prefstream.cli.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A model on a server (Open Inference Protocol): the logit of a text is a hundredth of its length,
 * and NaN for one that holds {@code nan}.
 */
final class UnsteadyModel implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer http;

  UnsteadyModel() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", UnsteadyModel::answer);
    http.start();
  }

  /** Writes a bundle that names this server. */
  Path bundle(Path folder, String task, String template) throws Exception {
    String golden = "[{\"text\": \"w1 w3\", \"ids\": [], \"logit\": 0.05}]";
    String hash =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(golden.getBytes(UTF_8)));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("golden.json"), golden);
    Files.writeString(
        folder.resolve("bundle.json"),
        """
        {"format": 1, "id": "unsteady", "version": "1.0.0", "task": "%s", "licence": "Apache-2.0",
         "model": {"remote": {"protocol": "open-inference", "model": "texts", "endpoint": "http://127.0.0.1:%d"},
                   "precision": "fp32", "inputs": ["text"], "output": {"name": "logits", "kind": "one-logit"}},
         "tokenizer": null, "template": {"text": "%s"},
         "calibration": {"temperature": 1.0, "bias": 0.0}, "metrics": [],
         "golden": {"file": "golden.json", "tolerance": 0.001}, "files": {"golden.json": "%s"}}
        """
            .formatted(task, http.getAddress().getPort(), template, hash));
    return folder;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] asked = exchange.getRequestBody().readAllBytes();
      String said =
          exchange.getRequestMethod().equals("GET")
              ? """
                {"name": "texts", "platform": "python",
                 "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1, 1]}],
                 "outputs": [{"name": "logits", "datatype": "FP32", "shape": [-1]}]}
                """
              : logits(JSON.readTree(asked).at("/inputs/0/data"));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, said.getBytes(UTF_8).length);
      exchange.getResponseBody().write(said.getBytes(UTF_8));
    }
  }

  private static String logits(JsonNode texts) {
    List<String> logits = new ArrayList<>();
    for (JsonNode text : texts) {
      String words = text.asText();
      logits.add(words.contains("nan") ? "NaN" : Double.toString(words.length() / 100.0));
    }
    return logits.stream()
        .collect(
            Collectors.joining(
                ", ",
                "{\"model_name\": \"texts\", \"outputs\": [{\"name\": \"logits\", \"datatype\": \"FP32\", \"shape\": [%d, 1], \"data\": ["
                    .formatted(logits.size()),
                "]}]}"));
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
