package dev.prefstream.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The quickstart in a process of its own, as a user starts it: time until all stages serve and peak
 * memory, for one ticket and for a file of many.
 */
final class ReadyArm implements Arm {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LIMIT_SECONDS = 300;

  private final Path home;
  private final Shipped shipped;
  private final int many;

  /**
   * @param many tickets of the large file
   */
  ReadyArm(Path home, Shipped shipped, int many) {
    this.home = home;
    this.shipped = shipped;
    this.many = many;
  }

  @Override
  public String name() {
    return "ready";
  }

  @Override
  public void run(Round round) throws Exception {
    build(round.folder().resolve("build"));
    Outcome one = quickstart(round.folder().resolve("one"), 1);
    round.record("ready.all-stages", "s", one.summary.path("ready_s").asDouble());
    round.record("ready.one-ticket-to-the-end", "s", one.seconds);
    round.record("ready.peak-memory-one-ticket", "MiB", one.peakMiB);
    Outcome file = quickstart(round.folder().resolve("many"), many);
    round.record("ready.peak-memory", "MiB", file.peakMiB);
    round.record(
        "ready.file-throughput", "tickets/s", file.summary.path("throughput_per_s").asDouble());
  }

  /** The command builds itself where it is not built: that is not what is measured. */
  private void build(Path log) throws IOException, InterruptedException, TimeoutException {
    Process process =
        new ProcessBuilder(home.resolve("prefstream").toString(), "--version")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroy();
      throw new TimeoutException("the command was not built within %d s".formatted(LIMIT_SECONDS));
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("the command cannot build itself: " + tail(log));
    }
  }

  private record Outcome(JsonNode summary, double seconds, double peakMiB) {}

  private Outcome quickstart(Path folder, int tickets)
      throws IOException, InterruptedException, TimeoutException {
    Files.createDirectories(folder);
    Path file = folder.resolve("tickets.jsonl");
    write(file, tickets);
    Path out = folder.resolve("out");
    Path log = folder.resolve("log");
    List<String> command =
        new ArrayList<>(List.of(home.resolve("prefstream").toString(), "quickstart", "--once"));
    command.addAll(List.of("--tickets", file.toString(), "--out", out.toString()));
    command.addAll(List.of("--set", "embedded.kafka-port=0", "--set", "embedded.registry-port=0"));
    command.addAll(List.of("--set", "http.port=0"));
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    double peak = 0;
    try {
      // The peak dies with the process: ask until then.
      while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, ProcessMemory.peakMiB(process.pid()).orElse(0));
        if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
          throw new TimeoutException(
              "the quickstart did not end within %d s".formatted(LIMIT_SECONDS));
        }
      }
    } finally {
      process.destroy();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "the quickstart ended with %d: %s".formatted(process.exitValue(), tail(log)));
    }
    return new Outcome(JSON.readTree(out.resolve("summary.json").toFile()), seconds, peak);
  }

  private void write(Path file, int tickets) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (int i = 0; i < tickets; i++) {
        TicketTexts.Text text = shipped.texts().get(i % shipped.texts().size());
        ObjectNode ticket = JSON.createObjectNode();
        ticket.put("ticket_id", "t" + i).put("subject", text.subject()).put("body", text.body());
        writer.write(JSON.writeValueAsString(ticket));
        writer.newLine();
      }
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }
}
