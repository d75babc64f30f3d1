package dev.prefstream.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The drift stage in a process of its own, to be killed. */
final class DriftMonitorProcess implements AutoCloseable {

  /** What the children say; standard output belongs to the test runner. */
  private static final Path OUTPUT = Path.of("target", "drift-monitor-process.log");

  private final Process process;

  private DriftMonitorProcess(Process process) {
    this.process = process;
  }

  /** Runs in the child: serves until killed. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[0]), UTF_8)) {
      properties.load(reader);
    }
    Map<String, String> settings = new HashMap<>();
    properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    Configuration configuration = DriftDriver.configuration(Path.of(args[1]), settings);
    DriftMonitor.service(configuration, Installation.of(configuration), new SimpleMeterRegistry())
        .start();
    Thread.currentThread().join();
  }

  /**
   * @param dir folder for its configuration file and its state
   */
  static DriftMonitorProcess start(Path dir, Map<String, String> settings) throws IOException {
    Path file = dir.resolve("drift-monitor.properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(writer, null);
    }
    return new DriftMonitorProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-cp",
                System.getProperty("java.class.path"),
                DriftMonitorProcess.class.getName(),
                file.toString(),
                dir.resolve("state").toString())
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
