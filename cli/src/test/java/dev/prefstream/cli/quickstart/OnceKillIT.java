package dev.prefstream.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole process is killed with SIGKILL half way and started again on the same data directory.
 */
class OnceKillIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int GOOD_TICKETS = 4_000;

  /** Bytes of compressed decisions on disk that show that some, but not nearly all, are made. */
  private static final long SOME_DECISIONS = 20_000;

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final List<Process> started = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void endWhatATestLeftRunning() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void everyTicketHasExactlyOneOutcomeAfterAKillHalfWay() throws Exception {
    Path tickets = tickets();
    Path data = folder.resolve("data");

    Process first = start(tickets, data, folder.resolve("out-1"), "first.log");
    await()
        .atMost(PATIENCE)
        .until(() -> !first.isAlive() || bytesOfDecisions(data) > SOME_DECISIONS);
    assertThat(first.isAlive()).as("still running when killed; %s", log("first.log")).isTrue();
    first.destroyForcibly().waitFor();
    assertThat(folder.resolve("out-1/summary.json")).doesNotExist();

    Path out = folder.resolve("out-2");
    Process second = start(tickets, data, out, "second.log");
    assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).as(log("second.log")).isZero();

    JsonNode summary = JSON.readTree(out.resolve("summary.json").toFile());
    assertThat(summary.get("published").asLong()).isEqualTo(GOOD_TICKETS + 4);
    assertThat(summary.get("urgent").asLong() + summary.get("standard").asLong())
        .isEqualTo(GOOD_TICKETS);
    assertThat(summary.get("dead_lettered").asLong()).isEqualTo(3);
    assertThat(summary.get("duplicates").asLong()).isEqualTo(1);
    assertThat(summary.get("doubled").asLong()).isZero();
    assertThat(summary.get("unanswered").asLong()).isZero();
    List<JsonNode> decisions = lines(out.resolve("decisions.jsonl"));
    assertThat(decisions).hasSize(GOOD_TICKETS);
    assertThat(ids(decisions)).hasSize(GOOD_TICKETS);
    assertThat(lines(out.resolve("dead-letters.jsonl")))
        .extracting(letter -> letter.get("reason").asText())
        .containsExactlyInAnyOrder("NOT_JSON", "EMPTY_TEXT", "CONFLICTING_DUPLICATE");
  }

  private Path tickets() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < GOOD_TICKETS; i++) {
      lines.add(ticket("t-" + i, "Order " + i + " is late, please tell me when it arrives"));
    }
    lines.add(100, "this is no JSON");
    lines.add(2_000, lines.get(7));
    lines.add(2_500, ticket("t-8", "The same id with another text"));
    lines.add(3_000, ticket("t-empty", ""));
    return Files.write(folder.resolve("tickets.jsonl"), lines);
  }

  private static String ticket(String id, String body) {
    return JSON.createObjectNode().put("id", id).put("body", body).toString();
  }

  private Process start(Path tickets, Path data, Path out, String log) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.prefstream.cli.Main",
            "quickstart",
            "--once",
            "--tickets",
            tickets.toString(),
            "--out",
            out.toString(),
            "--data-dir",
            data.toString(),
            "--set",
            "embedded.kafka-port=0",
            "--set",
            "embedded.registry-port=0",
            "--set",
            "http.port=0",
            "--set",
            "scorer.models=" + Path.of("..", "models").toAbsolutePath().normalize());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log).toFile())
            .start();
    started.add(process);
    return process;
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name), UTF_8);
  }

  /** Looked up name by name, because the broker makes and renames files while this looks. */
  private static long bytesOfDecisions(Path data) {
    long bytes = 0;
    for (File partition : named(data.resolve("kafka").toFile(), "prefstream\\.routing-.*")) {
      for (File segment : named(partition, ".*\\.log")) {
        bytes += segment.length();
      }
    }
    return bytes;
  }

  private static File[] named(File folder, String pattern) {
    File[] found = folder.listFiles((in, name) -> name.matches(pattern));
    return found == null ? new File[0] : found;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      nodes.add(JSON.readTree(line));
    }
    return nodes;
  }

  private static Set<String> ids(List<JsonNode> decisions) {
    Set<String> ids = new TreeSet<>();
    decisions.forEach(decision -> ids.add(decision.get("ticket_id").asText()));
    return ids;
  }
}
