package dev.prefstream.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.cli.KnownOptions;
import dev.prefstream.cli.publish.Input;
import dev.prefstream.cli.publish.Publisher;
import dev.prefstream.cli.publish.Source;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything in one process, seen from outside: over Kafka, the registry's HTTP address, and
 * probes.
 */
class QuickstartIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final List<Topic<?>> INPUTS =
      List.of(
          Topics.TICKETS,
          Topics.RESPONSES,
          Topics.PREFERENCE_SETTINGS,
          Topics.EXPERT_LABELS,
          Topics.SCORING_REQUESTS,
          Topics.SCORES);

  @TempDir private static Path folder;

  private static Quickstart quickstart;
  private static Installation installation;

  @BeforeAll
  static void start() {
    Configuration configuration =
        Configuration.load(
                KnownOptions.all(),
                null,
                Map.of(),
                Map.of(
                    "embedded.kafka-port", "0",
                    "embedded.registry-port", "0",
                    "http.port", "0",
                    "scorer.models", Path.of("..", "models").toString()))
            .withDefaults(Quickstart.defaults(folder));
    quickstart = Quickstart.start(configuration, folder);
    installation = quickstart.installation();
    await().atMost(PATIENCE).until(quickstart::ready);
  }

  @AfterAll
  static void stop() {
    quickstart.close();
  }

  @Test
  void aPlainKafkaClientWithConfluentsDeserializerReadsTheDecisions() throws Exception {
    publish(
        Input.TICKETS, "{\"id\":\"plain-1\",\"subject\":\"Hello\",\"body\":\"How do I log in?\"}");

    Properties config = new Properties();
    config.put("bootstrap.servers", quickstart.cluster().bootstrapServers());
    config.put("group.id", "outside");
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    config.put("key.deserializer", StringDeserializer.class);
    config.put("value.deserializer", KafkaAvroDeserializer.class);
    config.put("schema.registry.url", quickstart.cluster().registryUrl());
    Map<String, GenericRecord> decisions = new HashMap<>();
    try (KafkaConsumer<String, GenericRecord> consumer = new KafkaConsumer<>(config)) {
      consumer.subscribe(List.of("prefstream.routing-urgent", "prefstream.routing-standard"));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                for (ConsumerRecord<String, GenericRecord> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  decisions.put(record.key(), record.value());
                }
                return decisions.containsKey("plain-1");
              });
    }

    GenericRecord decision = requireNonNull(decisions.get("plain-1"));
    assertThat(quickstart.cluster().registryUrl()).startsWith("http://127.0.0.1:");
    assertThat((double) decision.get("score")).isBetween(0.0, 1.0);
    assertThat((double) decision.get("threshold")).isEqualTo(0.7);
    assertThat((List<?>) decision.get("reasons")).isNotEmpty();
    assertThat(((GenericRecord) decision.get("model")).get("id")).hasToString("ticket-urgency");
  }

  @Test
  void bytesThatAreNoAvroAndUnknownSchemasAreDeadLettersOnEveryInputTopicAndTheRestGoesOn()
      throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            installation.clientConfig(), new StringSerializer(), new ByteArraySerializer())) {
      for (Topic<?> input : INPUTS) {
        producer.send(record(input, "bad", "no Avro at all".getBytes(UTF_8)));
        producer.send(record(input, "bad", new byte[] {0, 0, 12, 34, 56, 2, 2}));
      }
    }
    publish(Input.TICKETS, "{\"id\":\"after-bad\",\"body\":\"Still here?\"}");

    await().atMost(PATIENCE).until(() -> decided("after-bad"));
    for (Topic<?> input : INPUTS) {
      String name = installation.name(input);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(deadLettersFrom(name))
                      .as(name)
                      .hasSizeGreaterThanOrEqualTo(2)
                      .allSatisfy(
                          letter -> {
                            assertThat(letter.getReason()).isEqualTo("UNDECODABLE");
                            assertThat(letter.getOriginalValue()).isNotNull();
                            assertThat(letter.getMessage()).isNotBlank();
                          }));
    }
    assertThat(quickstart.ready()).isTrue();
  }

  @Test
  void everyStageCountsWhatItReceived() throws Exception {
    publish(
        Input.TICKETS,
        "{\"id\":\"count-1\",\"body\":\"one\"}\n{\"id\":\"count-1\",\"body\":\"one\"}\n{\"id\":\"count-2\",\"body\":\" \"}");
    await().atMost(PATIENCE).until(() -> decided("count-1"));

    try (Drain drain = quickstart.drain()) {
      await().atMost(PATIENCE).until(drain::done);
    }
    String metrics = get("/metrics");
    for (String stage : List.of("intake", "scoring", "decision", "oversight", "drift")) {
      double received = sum(metrics, "prefstream_records_received_total", stage);
      assertThat(received).as("%s received", stage).isPositive();
      assertThat(
              sum(metrics, "prefstream_records_processed_total", stage)
                  + sum(metrics, "prefstream_records_duplicate_total", stage)
                  + sum(metrics, "prefstream_records_dead_lettered_total", stage))
          .as("%s processed, duplicate and dead-lettered", stage)
          .isEqualTo(received);
    }
  }

  @Test
  void probesNameEveryStage() throws Exception {
    assertThat(get("/readyz").lines().map(line -> line.substring(0, line.indexOf(' '))))
        .containsExactlyInAnyOrder("intake", "scoring", "decision", "oversight", "drift");
  }

  private static ProducerRecord<String, byte[]> record(Topic<?> topic, String key, byte[] value) {
    return new ProducerRecord<>(installation.name(topic), key, value);
  }

  private static void publish(Input<?> input, String lines) {
    new Publisher(installation, quickstart.configuration(), Clock.systemUTC())
        .publish(
            input,
            Source.stream("test", new ByteArrayInputStream(lines.getBytes(UTF_8))),
            false,
            Publisher.Progress.NONE);
  }

  private static boolean decided(String ticketId) {
    List<String> ids = new ArrayList<>();
    TopicScan scan = new TopicScan(installation);
    scan.each(Topics.ROUTING_URGENT, (record, decision) -> ids.add(decision.getTicketId()));
    scan.each(Topics.ROUTING_STANDARD, (record, decision) -> ids.add(decision.getTicketId()));
    return ids.contains(ticketId);
  }

  private static List<DeadLetter> deadLettersFrom(String topic) {
    List<DeadLetter> letters = new ArrayList<>();
    new TopicScan(installation)
        .each(
            Topics.DEAD_LETTERS,
            (record, letter) -> {
              if (topic.equals(letter.getSourceTopic())
                  && "UNDECODABLE".equals(letter.getReason())) {
                letters.add(letter);
              }
            });
    return letters;
  }

  private static double sum(String metrics, String name, String stage) {
    Matcher matcher =
        Pattern.compile(
                "^" + name + "\\{[^}]*stage=\"" + stage + "\"[^}]*} (\\S+)$", Pattern.MULTILINE)
            .matcher(metrics);
    double sum = 0;
    while (matcher.find()) {
      sum += Double.parseDouble(matcher.group(1));
    }
    return sum;
  }

  private static String get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(quickstart.httpAddress() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
