package dev.prefstream.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one turn of an arm in a Java process of its own, with the options of this one: no arm finds
 * code that another one warmed up, and one that crashes, hangs or fills the memory ends alone.
 */
final class ArmProcess {

  private static final int LINES = 4;

  private final List<String> javaOptions;
  private final List<String> arguments;
  private final Duration limit;

  /**
   * @param javaOptions beside those of this process
   * @param arguments for {@link OneArm}
   * @param limit after which it counts as hanging and is killed
   */
  ArmProcess(List<String> javaOptions, List<String> arguments, Duration limit) {
    this.javaOptions = javaOptions;
    this.arguments = arguments;
    this.limit = limit;
  }

  /**
   * Blocks until it has ended.
   *
   * @param recording where a Flight Recorder profile goes; null for none
   * @throws IllegalStateException when the arm failed, with what it said
   */
  void run(Path log, @Nullable Path recording)
      throws IOException, InterruptedException, TimeoutException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(javaOptions);
    if (recording != null) {
      command.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + recording);
    }
    command.add(OneArm.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    Thread atExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException(
            "did not end within %d s; its last words: %s".formatted(limit.toSeconds(), tail(log)));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "ended with %d: %s".formatted(process.exitValue(), reason(log)));
    }
  }

  private static String reason(Path log) throws IOException {
    for (String line : Files.readAllLines(log)) {
      if (line.startsWith(OneArm.FAILED)) {
        return line.substring(OneArm.FAILED.length());
      }
    }
    return tail(log);
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }
}
