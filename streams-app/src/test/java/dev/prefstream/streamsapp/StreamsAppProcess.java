package dev.prefstream.streamsapp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Service;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The stream stages in a process of their own, to be killed. */
final class StreamsAppProcess implements AutoCloseable {

  /** What the children say; standard output belongs to the test runner. */
  private static final Path OUTPUT = Path.of("target", "streams-app-process.log");

  private final Process process;

  private StreamsAppProcess(Process process) {
    this.process = process;
  }

  /** Runs in the child: serves until killed. */
  public static void main(String[] args) throws InterruptedException {
    Configuration configuration = StageDriver.configuration(Path.of(args[0]));
    List<Service> services =
        StreamsApp.services(
            configuration, Installation.of(configuration), new SimpleMeterRegistry());
    services.forEach(Service::start);
    Thread.currentThread().join();
  }

  /**
   * @param dir folder for its configuration file
   */
  static StreamsAppProcess start(Path dir, Map<String, String> settings) throws IOException {
    Path file = dir.resolve("streams-app.properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(writer, null);
    }
    return new StreamsAppProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-cp",
                System.getProperty("java.class.path"),
                StreamsAppProcess.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(OUTPUT.toFile()))
            .start());
  }

  /** Kills it as SIGKILL does and waits for its end. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " survived a kill");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
