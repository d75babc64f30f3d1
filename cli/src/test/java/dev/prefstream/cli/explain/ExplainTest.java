package dev.prefstream.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.cli.KnownOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Explanations by the shipped bundles, on the command line and over HTTP. */
class ExplainTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String MODELS = Path.of("..", "models").toString();
  private static final String TICKET =
      """
      {"subject": "Checkout is down", "body": "Hello. Nobody can pay since the release, we lose orders every minute. Thanks a lot."}""";

  private static ExplainRoutes routes;
  private static Javalin server;

  @BeforeAll
  static void serve() {
    Configuration configuration =
        Configuration.load(
            KnownOptions.all(),
            null,
            Map.of(),
            Map.of("scorer.models", MODELS, "explain.max-body", "2KiB"));
    routes = new ExplainRoutes(configuration, Installation.of(configuration));
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  routes.register(config.routes);
                })
            .start("127.0.0.1", 0);
  }

  @AfterAll
  static void stop() {
    server.stop();
    routes.close();
  }

  @Test
  void tellsTheDecisionWhatCarriesItAndWhatWouldChangeIt() throws Exception {
    JsonNode answer = post(TICKET, 200);

    assertThat(answer.get("kind").asText()).isEqualTo("TICKET");
    double score = answer.get("score").asDouble();
    assertThat(answer.get("margin").asDouble()).isEqualTo(score - 0.7);
    assertThat(answer.get("decision").asText()).isEqualTo(score > 0.7 ? "URGENT" : "STANDARD");
    assertThat(answer.get("passages"))
        .anySatisfy(passage -> assertThat(passage.get("level").asText()).isEqualTo("SENTENCE"))
        .anySatisfy(passage -> assertThat(passage.get("level").asText()).isEqualTo("WORD"));
    JsonNode ticket = JSON.readTree(TICKET);
    for (JsonNode passage : answer.get("passages")) {
      assertThat(
              ticket
                  .get(passage.get("field").asText())
                  .asText()
                  .substring(passage.get("start").asInt(), passage.get("end").asInt()))
          .isEqualTo(passage.get("text").asText());
    }
    double level = answer.at("/nearest_change/strictness_level/to").asDouble();
    JsonNode changed =
        post(
            TICKET.replaceFirst(
                "\\{", "{\"preference_settings\": {\"strictness_level\": " + level + "}, "),
            200);
    assertThat(changed.get("decision")).isNotEqualTo(answer.get("decision"));
    assertThat(post(TICKET, 200).get("cached").asBoolean()).isTrue();
  }

  @Test
  void aRemovalThatTurnsADecisionOverDoesSoWhenItIsMade() throws Exception {
    double score = post(TICKET, 200).get("score").asDouble();
    String just =
        TICKET.replaceFirst(
            "\\{", "{\"preference_settings\": {\"strictness_level\": " + (score - 1e-4) + "}, ");

    JsonNode removal = post(just, 200).at("/nearest_change/without_sentences");

    assertThat(removal.isObject()).isTrue();
    JsonNode first = removal.at("/passages/0");
    assertThat(removal.get("passages")).hasSize(1);
    var without = (com.fasterxml.jackson.databind.node.ObjectNode) JSON.readTree(TICKET);
    String field = first.get("field").asText();
    String text = without.get(field).asText();
    without.put(
        field,
        text.substring(0, first.get("start").asInt()) + text.substring(first.get("end").asInt()));
    assertThat(post(without.toString(), 200).get("score").asDouble())
        .isEqualTo(removal.get("score").asDouble(), org.assertj.core.data.Offset.offset(1e-3))
        .isLessThanOrEqualTo(score - 1e-4);
  }

  @Test
  void explainsAResponseByItsAdjustmentsAndInventions() throws Exception {
    String response =
        TICKET.replaceFirst(
            "\\{",
            "{\"response\": \"Please update to 9.8.7. Then call reset_checkout() and see https://a.example/x.\", ");

    JsonNode answer = post(response, 200);

    assertThat(answer.get("kind").asText()).isEqualTo("RESPONSE");
    assertThat(answer.get("decision").asText()).isEqualTo("NOT_SENT");
    double adjusted = answer.get("score").asDouble();
    for (JsonNode step : answer.get("adjustments")) {
      adjusted += step.get("amount").asDouble();
    }
    assertThat(adjusted)
        .isCloseTo(
            answer.get("adjusted_score").asDouble(), org.assertj.core.data.Offset.offset(1e-9));
    assertThat(answer.at("/fabrication/invented")).hasSize(3);
    assertThat(answer.get("adjustments"))
        .anySatisfy(step -> assertThat(step.get("name").asText()).isEqualTo("fabrication-risk"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no json | 400 | JSON",
        "[] | 400 | object",
        "{} | 400 | blank",
        "{\"body\": 7.5, \"preference_settings\": {\"strictness\": 1}} | 400 | no setting",
        "{\"body\": \"a\", \"preference_settings\": {\"strictness_level\": 2}} | 400 | between",
        "{\"body\": \"a\", \"response\": \" \"} | 400 | blank",
        "{\"body\": \"a\", \"preference_settings\": {\"regional_weights\": {\"US\": {\"directness\": 0, \"formality\": 0}}}} | 400 | not both 0",
        "{\"body\": \"a\", \"preference_settings\": {\"response_floor\": 0}} | 400 | above 0",
      })
  void saysWhatIsWrongWithARequest(String body, int status, String word) throws Exception {
    assertThat(post(body, status).get("error").asText()).contains(word);
  }

  @Test
  void refusesABodyThatIsTooLargeOrOfAnotherType() throws Exception {
    assertThat(post("{\"body\": \"" + "a".repeat(4096) + "\"}", 413).get("error").asText())
        .contains("explain.max-body");
    HttpResponse<String> plain =
        send(HttpRequest.newBuilder(uri()).POST(BodyPublishers.ofString(TICKET)));
    assertThat(plain.statusCode()).isEqualTo(415);
  }

  @Test
  void refusesACallerThatUsesAnotherNameOfThisMachine() throws Exception {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /explain/T-1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertThat(
              new String(
                  socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void explainsALineOfAFileOnTheCommandLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tickets.jsonl");
    Files.writeString(file, "{\"id\": \"T-0\", \"body\": \"x\"}\n" + TICKET + "\n");

    Invocation run = explain(file.toString(), "--line", "2");

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.out()).contains("margin", "sentence", "turns over with strictness_level");
    assertThat(explain(file.toString(), "--line", "9").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(explain(file.toString(), "--line", "0").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(explain().exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void explainsTheTextThatWouldHaveBeenScoredOnceMasked() throws Exception {
    JsonNode explanation =
        post(
            "{\"body\": \"Mail anna@example.org. Nothing works.\", \"preference_settings\": {\"masking\": [\"email\"]}}",
            200);

    assertThat(explanation.toString()).contains("[EMAIL]").doesNotContain("anna@example.org");
  }

  @Test
  void explainsAResponseAsItWouldHaveBeenScoredOnceMasked() throws Exception {
    JsonNode explanation =
        post(
            "{\"body\": \"Nothing works.\", \"response\": \"Mail anna@example.org at once.\", \"preference_settings\": {\"masking\": [\"email\"]}}",
            200);

    assertThat(explanation.toString()).doesNotContain("anna@example.org");
    assertThat(explanation.at("/fabrication/invented/0/text").asText()).isEqualTo("[EMAIL]");
  }

  private static Invocation explain(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "explain";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Invocation.with(Map.of("scorer.models", MODELS), all);
  }

  private static JsonNode post(String body, int status) throws Exception {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(uri())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/explain");
  }
}
