package dev.prefstream.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Apicurio Registry in a process of its own, keeping everything in memory. */
final class ApicurioProcess implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+:\\d+)");
  private static final int TAIL = 40;

  private final Process process;
  private final String url;

  private ApicurioProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it and blocks until it listens, a few seconds.
   *
   * @param directory where its archive was unpacked
   */
  static ApicurioProcess start(Path directory) throws IOException {
    Path jar;
    try (Stream<Path> files = Files.list(directory)) {
      jar = files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst().orElseThrow();
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-jar",
                jar.toString())
            .redirectErrorStream(true);
    // Else the layout of a schema's text makes it another schema.
    builder.environment().put("REGISTRY_CCOMPAT_USE_CANONICAL_HASH", "true");
    Process process = builder.start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    Deque<String> tail = new ArrayDeque<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        drain(output);
        return new ApicurioProcess(process, listening.group(1));
      }
      tail.add(line);
      if (tail.size() > TAIL) {
        tail.remove();
      }
    }
    throw new IOException("Apicurio ended before it listened:\n" + String.join("\n", tail));
  }

  /** Address of its API for Confluent's clients. */
  String confluentUrl() {
    return url + "/apis/ccompat/v7";
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  /** A process blocks when nobody reads what it prints. */
  private static void drain(BufferedReader output) {
    Thread reader = new Thread(() -> output.lines().forEach(line -> {}), "apicurio-output");
    reader.setDaemon(true);
    reader.start();
  }
}
