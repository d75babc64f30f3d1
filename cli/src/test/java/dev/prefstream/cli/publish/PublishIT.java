package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.prefstream.cli.Invocation;
import dev.prefstream.embedded.EmbeddedCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Files through a real broker and back. Every test has a topic prefix of its own. */
class PublishIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path data;
  static EmbeddedCluster cluster;

  @TempDir Path folder;
  private Map<String, String> configuration;

  @BeforeAll
  static void startCluster() {
    cluster = EmbeddedCluster.start(data, 0, 0);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) {
    configuration = new TreeMap<>(cluster.configuration());
    configuration.put("topics.prefix", test.getTestMethod().orElseThrow().getName() + ".");
    assertThat(Invocation.with(configuration, "topics", "create").exitCode()).isZero();
  }

  @Test
  void publishesEachLineAndWatchShowsIt() throws IOException {
    Path file =
        gzip(
            "tickets.jsonl.gz",
            """
            {"ticket_id": "a", "subject": "s", "body": "b", "created_at": "2026-05-04T10:15:30Z", "priority": {"level": 1}}
            {"id": 7, "text": "only text", "region": "jp"}
            """);

    Invocation published = publish("tickets", file);
    List<JsonNode> tickets = watch("tickets");

    assertThat(published.exitCode()).as(published.err()).isZero();
    assertThat(published.out()).startsWith("tickets.jsonl.gz: 2 lines, 2 published");
    assertThat(tickets).hasSize(2);
    JsonNode first = byKey(tickets, "a").get("value");
    assertThat(first.get("created_at").asText()).isEqualTo("2026-05-04T10:15:30Z");
    assertThat(first.get("metadata").get("priority").asText()).isEqualTo("{\"level\":1}");
    JsonNode second = byKey(tickets, "7").get("value");
    assertThat(second.get("body").asText()).isEqualTo("only text");
    assertThat(second.get("region").asText()).isEqualTo("JP");
    assertThat(byKey(tickets, "a").get("headers").get("traceparent").asText())
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
  }

  private Invocation publish(String kind, Path file, String... more) {
    List<String> args = new ArrayList<>(List.of("publish", kind, file.toString()));
    args.addAll(List.of(more));
    return Invocation.with(configuration, args.toArray(String[]::new));
  }

  private List<JsonNode> watch(String topic) throws IOException {
    Invocation watched =
        Invocation.with(
            configuration,
            "watch",
            topic,
            "--from-beginning",
            "--timeout",
            "2s",
            "--with-metadata");
    assertThat(watched.exitCode()).as(watched.err()).isZero();
    List<JsonNode> records = new ArrayList<>();
    for (String line : watched.lines()) {
      records.add(JSON.readTree(line));
    }
    return records;
  }

  private static JsonNode byKey(List<JsonNode> records, String key) {
    return records.stream()
        .filter(record -> record.get("key").asText().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private Path gzip(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
