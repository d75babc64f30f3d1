package dev.prefstream.cli.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.cli.quickstart.TopicScan;
import dev.prefstream.cli.run.Stages;
import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import io.javalin.Javalin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can be asked about tickets that went through every stage on a real broker, scored by the
 * shipped bundles: does their log replay, what would other settings have done, why was it so. All
 * tests ask about the same tickets, in an order in which none changes what a later one reads.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DecidedTicketsIT extends ClusterFixture {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTITIONS = 3;
  private static final int TICKETS = 24;

  /** Of a tenant with settings of its own, and answered. */
  private static final String ANSWERED = "T-1";

  private static final String RESPONSE =
      "You find it under Settings, Billing, Invoice language. Choose French and save; the next"
          + " invoice will be in French. Invoices that were already sent stay as they are. ";

  /** Offered a response that states what nobody told it. */
  private static final String HELD_BACK = "T-7";

  private static final String INVENTED =
      "Update to 9.8.7, call reset_invoices() and see https://help.example/inv. \uD83D\uDC4B ";

  private static final List<Service> services = new ArrayList<>();

  @TempDir private static Path state;

  /** Of the installation in which they were decided; null before that. */
  private static @Nullable Map<String, String> decided;

  @BeforeEach
  void decideOnce() throws Exception {
    if (decided == null) {
      assertThat(services).as("a first attempt to have them decided failed").isEmpty();
      decide();
      decided = configuration;
    }
    configuration = new TreeMap<>(decided);
  }

  private void decide() throws Exception {
    configuration.put("topics.partitions", Integer.toString(PARTITIONS));
    configuration.put("streams.state-dir", state.toString());
    configuration.put("scorer.models", Path.of("..", "models").toString());
    // Measured at each start it would differ, and with it the batches and the last digits of a
    // score.
    configuration.put("scorer.batch.token-budget", "2048");
    configuration.put("decision.response-settle", "100ms");
    configuration.put("decision.response-wait", "5s");
    configuration.put("decision.response-floor", "0.01");
    createTopics();
    services.addAll(Stages.all(loaded(), installation(), new SimpleMeterRegistry()));
    services.forEach(Service::start);
    publish(
        "settings",
        "{\"tenant_id\": \"own\", \"preference_settings\": {\"strictness_level\": 0.95}}");
    await().atMost(PATIENCE).until(this::settingsInForce);

    List<String> tickets = new ArrayList<>();
    List<String> responses = new ArrayList<>();
    for (int i = 0; i < TICKETS; i++) {
      tickets.add(
          JSON.createObjectNode()
              .put("id", "T-" + i)
              .put("tenant_id", i % 2 == 0 ? "default-like" : "own")
              .put("subject", i % 3 == 0 ? "Checkout is down" : "Language of invoices")
              .put(
                  "body",
                  i % 3 == 0
                      ? "Hello. Nobody can pay since %d:40, we lose orders. Call me at once."
                          .formatted(i)
                      : "Hello. Where do I choose French for account %d? Thank you.".formatted(i))
              .toString());
      if (i % 4 == 1) {
        responses.add(response("T-" + i, RESPONSE.repeat(3)));
      }
    }
    responses.add(response(HELD_BACK, "\uD83D\uDC4B " + INVENTED + RESPONSE.repeat(3)));
    publish("tickets", String.join("\n", tickets));
    publish("responses", String.join("\n", responses));
    await().atMost(PATIENCE).until(this::allEnded);
  }

  @AfterAll
  static void stop() {
    services.forEach(Service::close);
  }

  /** What subscribers were told at once is what the log says later, to the last bit. */
  @Test
  @Order(1)
  void everyRoutingWasPublishedAsTheLogHasIt() {
    List<RoutingDecision> published = new ArrayList<>(values(Topics.ROUTING_URGENT));
    published.addAll(values(Topics.ROUTING_STANDARD));

    assertThat(published)
        .containsExactlyInAnyOrderElementsOf(
            log().stream()
                .filter(each -> each.getEvent() != DecisionEvent.AUTO_RESPONDED)
                .map(Routing::decision)
                .toList());
    assertThat(published)
        .extracting(RoutingDecision::getThreshold)
        .as("by settings of a tenant and by those that are built in")
        .contains(0.7, 0.95);
  }

  @Test
  @Order(2)
  void theLogReplaysFromItsTopicUntilARecordIsTamperedWith() throws Exception {
    List<DecisionRecord> log = log();

    Invocation replay = run("replay", "--from", "decision-log");

    assertThat(replay.exitCode()).as(replay.toString()).isZero();
    assertThat(replay.lines())
        .containsExactly(
            "%d records replayed, 0 differences, 0 not readable, 0 of another policy version, 0 whose routing is not in the log"
                .formatted(log.size()));

    DecisionRecord tampered =
        DecisionRecord.newBuilder(event(ANSWERED, DecisionEvent.ROUTED)).setTicketId("T-x").build();
    tampered.setScore(tampered.getScore() + 1e-9);
    send(tampered);

    Invocation again = run("replay", "--from", "decision-log");

    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.lines()).hasSize(2);
    assertThat(again.lines().get(0))
        .matches("partition \\d offset \\d+  T-x " + tampered.getEvent() + "  .+");
    assertThat(again.lines().get(1)).contains(log.size() + 1 + " records replayed, 1 difference");
  }

  @Test
  @Order(1)
  void tellsEachDecisionThatOtherSettingsWouldHaveChangedAndHowMany() throws Exception {
    List<DecisionRecord> log = log();
    List<DecisionRecord> routedStandard =
        log.stream()
            .filter(each -> each.getEvent() == DecisionEvent.ROUTED)
            .filter(each -> each.getRoute() == Route.STANDARD)
            .filter(each -> each.getContext().getTenantId().equals("own"))
            .toList();
    double level =
        routedStandard.stream()
            .map(DecisionRecord::getScore)
            .sorted()
            .skip(routedStandard.size() / 2)
            .findFirst()
            .orElseThrow();
    List<String> expected =
        routedStandard.stream()
            .filter(each -> each.getScore() > level)
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "%s  own  STANDARD, score %.4f against 0.9500 -> URGENT, against %.4f",
                        each.getTicketId(),
                        each.getScore(),
                        level))
            .toList();
    assertThat(expected).isNotEmpty();

    Invocation whatIf = whatIf("own", level);

    assertThat(whatIf.exitCode()).as(whatIf.toString()).isZero();
    assertThat(whatIf.lines()).containsAll(expected);
    assertThat(whatIf.lines().stream().filter(line -> line.contains("->")))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(whatIf.lines())
        .contains(
            "%d records, %d of tenants with new settings, 0 not readable, 0 of another policy version:"
                .formatted(
                    log.size(),
                    log.stream()
                        .filter(each -> each.getContext().getTenantId().equals("own"))
                        .count()),
            "  %6d would have been routed URGENT instead of STANDARD".formatted(expected.size()),
            "  %6d would have been routed STANDARD instead of URGENT".formatted(0));
    assertThat(whatIf("own", 0.95).lines()).noneMatch(line -> line.contains("->"));
    assertThat(whatIf("own", 1.5).exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  @Order(4)
  void explainsADecidedTicketByWhatItWasDecidedBy() throws Exception {
    DecisionRecord routed = event(ANSWERED, DecisionEvent.ROUTED);
    DecisionRecord answered = event(ANSWERED, DecisionEvent.AUTO_RESPONDED);

    Invocation explained = run("explain", ANSWERED, "--json");

    assertThat(explained.exitCode()).as(explained.toString()).isZero();
    JsonNode explanation = JSON.readTree(explained.out());
    JsonNode ticket = explanation.get("ticket");
    assertThat(ticket.get("as_logged").asBoolean()).isTrue();
    assertThat(ticket.get("logged_score").asDouble()).isEqualTo(routed.getScore());
    assertThat(ticket.get("threshold").asDouble()).isEqualTo(0.95);
    assertThat(ticket.get("decision").asText()).isEqualTo(routed.getRoute().name());
    assertThat(ticket.get("margin").asDouble()).isEqualTo(routed.getMargin(), within(1e-3));
    assertThat(texts(ticket, "SENTENCE")).contains("Language of invoices", "Thank you.");
    assertThat(texts(ticket, "WORD")).isNotEmpty();
    assertThat(explanation.get("decisions"))
        .extracting(each -> each.get("event").asText())
        .containsExactly("ROUTED", "AUTO_RESPONDED");

    JsonNode response = explanation.get("response");
    assertThat(response.get("decision").asText()).isEqualTo("MAY_BE_SENT");
    assertThat(response.get("adjustments"))
        .extracting(each -> each.get("name").asText())
        .containsExactlyElementsOf(
            answered.getAdjustments().stream().map(each -> each.getName()).toList());
    double adjusted = response.get("score").asDouble();
    for (JsonNode step : response.get("adjustments")) {
      adjusted += step.get("amount").asDouble();
    }
    assertThat(response.get("adjusted_score").asDouble()).isEqualTo(adjusted, within(1e-9));

    JsonNode candidates = explanation.get("candidates");
    assertThat(candidates).hasSize(1);
    assertThat(candidates.at("/0/sent").asBoolean()).isTrue();
    assertThat(candidates.at("/0/adjusted_score").asDouble()).isEqualTo(adjusted, within(1e-3));
    assertThat(candidates.at("/0/margin").asDouble()).isEqualTo(adjusted - 0.01, within(1e-3));
    assertThat(candidates.at("/0/adjustments"))
        .extracting(each -> each.get("name").asText())
        .containsExactlyElementsOf(
            answered.getAdjustments().stream().map(each -> each.getName()).toList());

    // The nearest change, put in force: this ticket turns over, and a hair less does not do it.
    double flip = ticket.at("/nearest_change/strictness_level/to").asDouble();
    assertThat(changed(whatIf("own", Math.min(flip, Math.nextDown(routed.getScore())))))
        .contains(ANSWERED);
    assertThat(changed(whatIf("own", Math.max(Math.nextUp(flip), routed.getScore()))))
        .doesNotContain(ANSWERED);

    assertThat(run("explain", ANSWERED).out())
        .contains("margin", "sentence", "turns over with strictness_level", "logged: ROUTED");
    int requests = watch("scoring-requests").size();
    publish(
        "responses",
        "{\"ticket_id\": \"%s\", \"response_id\": \"R\", \"text\": \"Edited since.\"}"
            .formatted(ANSWERED));
    await().atMost(PATIENCE).until(() -> watch("scoring-requests").size() > requests);
    assertThat(JSON.readTree(run("explain", ANSWERED, "--json").out()).at("/response/score"))
        .as("of the text that was sent")
        .isEqualTo(response.get("score"));

    configuration.put("decision.response-floor", "0.99");
    configuration.put("decision.max-fabrication-risk", "0.123");
    JsonNode elsewhere = JSON.readTree(run("explain", ANSWERED, "--json").out()).get("response");
    assertThat(elsewhere.get("decision").asText())
        .as("by the limits of its record, whatever they are here")
        .isEqualTo("MAY_BE_SENT");
    assertThat(elsewhere.get("threshold").asDouble()).isEqualTo(0.01);
    assertThat(elsewhere.at("/fabrication/most_allowed").asDouble()).isEqualTo(0.4);

    assertThat(run("explain", ANSWERED, "--text").out())
        .as("for who is to label it, without the decision")
        .isEqualToNormalizingNewlines(
            "Language of invoices\n\nHello. Where do I choose French for account 1? Thank you.\n");
    Invocation unknown = run("explain", "T-nobody");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(unknown.err()).contains("no ticket of this id");
  }

  @Test
  @Order(3)
  void quotesWhatAResponseMadeUpThatWasHeldBackAsLongAsItsTextCanBeRead() throws Exception {
    DecisionRecord escalated = event(HELD_BACK, DecisionEvent.ESCALATED);
    assertThat(escalated.getReasons()).contains(Reason.RESPONSE_HELD_BACK);

    JsonNode explanation = JSON.readTree(run("explain", HELD_BACK, "--json").out());

    assertThat(explanation.has("response")).as("nothing was sent").isFalse();
    JsonNode heldBack = explanation.get("held_back");
    assertThat(heldBack).hasSize(1);
    assertThat(heldBack.at("/0/response_id").asText()).isEqualTo("R");
    assertThat(heldBack.at("/0/fabrication/risk").asDouble()).isGreaterThan(0.4);
    assertThat(heldBack.at("/0/fabrication/invented"))
        .extracting(each -> each.get("text").asText())
        .containsExactly("9.8.7", "reset_invoices()", "https://help.example/inv");
    JsonNode candidates = explanation.get("candidates");
    assertThat(candidates).hasSize(1);
    assertThat(candidates.at("/0/response_id").asText()).isEqualTo("R");
    assertThat(candidates.at("/0/sent").asBoolean(true)).isFalse();
    assertThat(candidates.at("/0/score").asDouble()).isPositive();
    assertThat(candidates.at("/0/adjusted_score").isNumber()).isTrue();
    assertThat(candidates.at("/0/adjusted_score").asDouble()).isZero();
    assertThat(candidates.at("/0/margin").asDouble()).isEqualTo(-0.01, within(1e-9));
    assertThat(candidates.at("/0/adjustments"))
        .extracting(each -> each.get("name").asText())
        .endsWith("fabrication-risk");
    assertThat(run("explain", HELD_BACK).out())
        .contains(
            "held back: response R",
            "invented VERSION: 9.8.7",
            "competed, with a floor of 0.0100",
            "fabrication-risk");

    // Of a ticket whose texts are gone the log alone is left.
    send(DecisionRecord.newBuilder(escalated).setTicketId("T-gone").build());
    JsonNode gone = JSON.readTree(run("explain", "T-gone", "--json").out());
    assertThat(gone.get("ticket").isNull()).isTrue();
    assertThat(gone.at("/held_back/0/text_found").asBoolean()).isFalse();
    assertThat(gone.at("/held_back/0/fabrication/invented"))
        .extracting(JsonNode::toString)
        .contains("{\"kind\":\"VERSION\"}");
    assertThat(run("explain", "T-gone").out())
        .contains("its scores cannot be explained", "invented VERSION\n", "nothing to quote");
  }

  @Test
  @Order(5)
  void answersOverHttpUntilTheTicketIsErased() throws Exception {
    try (ExplainRoutes routes = new ExplainRoutes(loaded(), installation())) {
      Javalin server =
          Javalin.create(
                  config -> {
                    config.startup.showJavalinBanner = false;
                    routes.register(config.routes);
                  })
              .start("127.0.0.1", 0);
      try {
        JsonNode first = get(server, ANSWERED, 200);
        JsonNode second = get(server, ANSWERED, 200);
        assertThat(first.at("/ticket/cached").asBoolean()).isFalse();
        assertThat(second.at("/ticket/cached").asBoolean()).isTrue();
        JsonNode printed = JSON.readTree(run("explain", ANSWERED, "--json").out());
        assertThat(told(first)).isEqualTo(told(second)).isEqualTo(told(printed));
        get(server, "T-nobody", 404);

        assertThat(run("forget", ANSWERED, "T-never-seen").exitCode()).isZero();
        await().atMost(PATIENCE).until(() -> watch("erasures").size() == 2);

        assertThat(get(server, ANSWERED, 410).get("error").asText()).contains("erased");
        assertThat(run("explain", ANSWERED).err()).contains("the ticket was erased");
      } finally {
        server.stop();
      }
    }
  }

  private static String response(String ticketId, String text) {
    return JSON.createObjectNode()
        .put("ticket_id", ticketId)
        .put("response_id", "R")
        .put("text", text)
        .toString();
  }

  /** Every ticket is routed, and every STANDARD one answered or escalated. */
  private boolean allEnded() {
    List<DecisionRecord> log = log();
    long routed = log.stream().filter(each -> each.getEvent() == DecisionEvent.ROUTED).count();
    long standard =
        log.stream()
            .filter(each -> each.getEvent() == DecisionEvent.ROUTED)
            .filter(each -> each.getRoute() == Route.STANDARD)
            .count();
    return routed == TICKETS && log.size() == routed + standard;
  }

  private List<DecisionRecord> log() {
    return values(Topics.DECISION_LOG);
  }

  private <V extends SpecificRecord> List<V> values(Topic<V> topic) {
    List<V> values = new ArrayList<>();
    new TopicScan(installation()).each(topic, (record, value) -> values.add(value));
    return values;
  }

  /** Intake has taken the one document from each partition. */
  private boolean settingsInForce() throws Exception {
    try (Admin admin = Admin.create(installation().clientConfig())) {
      return admin
              .listConsumerGroupOffsets(installation().scoped("intake"))
              .partitionsToOffsetAndMetadata()
              .get()
              .entrySet()
              .stream()
              .filter(
                  each ->
                      each.getKey().topic().equals(installation().name(Topics.SETTINGS_IN_FORCE)))
              .filter(each -> each.getValue() != null && each.getValue().offset() > 0)
              .count()
          == PARTITIONS;
    }
  }

  private DecisionRecord event(String ticketId, DecisionEvent event) {
    return log().stream()
        .filter(each -> each.getTicketId().equals(ticketId) && each.getEvent() == event)
        .findFirst()
        .orElseThrow();
  }

  private Invocation whatIf(String tenant, double level) throws IOException {
    Path file = folder.resolve("new-settings.jsonl");
    Files.writeString(
        file,
        "{\"tenant_id\": \"%s\", \"preference_settings\": {\"strictness_level\": %s}}%n"
            .formatted(tenant, level));
    return run("replay", "--from", "decision-log", "--settings", file.toString());
  }

  private static List<String> changed(Invocation whatIf) {
    return whatIf.lines().stream()
        .filter(line -> line.contains(" -> "))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .toList();
  }

  private static List<String> texts(JsonNode explanation, String level) {
    List<String> texts = new ArrayList<>();
    for (JsonNode passage : explanation.get("passages")) {
      if (passage.get("level").asText().equals(level)) {
        texts.add(passage.get("text").asText());
      }
    }
    return texts;
  }

  /** What is told, without how long it took and whether it was known. */
  private static JsonNode told(JsonNode explanation) {
    ObjectNode copy = explanation.deepCopy();
    for (String part : List.of("ticket", "response")) {
      ((ObjectNode) copy.get(part)).remove(List.of("cost", "cached"));
    }
    return copy;
  }

  private static JsonNode get(Javalin server, String id, int status) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/explain/%s".formatted(server.port(), id)))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private void publish(String what, String lines) throws IOException {
    Path file = Files.write(folder.resolve(what + ".jsonl"), lines.getBytes(UTF_8));
    Invocation published = run("publish", what, file.toString());
    assertThat(published.exitCode()).as(published.toString()).isZero();
  }

  private void send(DecisionRecord record) {
    Installation installation = installation();
    try (KafkaProducer<String, DecisionRecord> producer =
        new KafkaProducer<>(
            installation.clientConfig(),
            new StringSerializer(),
            installation.serializer(Topics.DECISION_LOG))) {
      producer.send(
          new ProducerRecord<>(
              installation.name(Topics.DECISION_LOG), record.getTicketId(), record));
    }
  }
}
