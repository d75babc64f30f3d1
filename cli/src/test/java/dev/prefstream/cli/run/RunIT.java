package dev.prefstream.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.cli.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RunIT extends ClusterFixture {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+(?=/readyz)");

  @Test
  void missingTopicsAreNamedWithTheCommandThatCreatesThem() {
    Invocation started = run("run", "drift-monitor");

    assertThat(started.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(started.err()).contains("has no topic").contains("prefstream topics create");
  }

  @Test
  void servesProbesAndStopsWithinSecondsOfSigterm() throws Exception {
    createTopics();
    configuration.put("streams.state-dir", folder.resolve("state").toString());
    configuration.put("http.port", "0");
    Path log = folder.resolve("run.log");

    Process process = start(log, "run", "drift-monitor");
    try {
      await().atMost(PATIENCE).until(() -> !process.isAlive() || isReady(log));
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      assertThat(get(address(log) + "/metrics")).contains("jvm_memory_used_bytes");

      process.destroy();

      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
      assertThat(process.exitValue()).as("128 + SIGTERM").isEqualTo(143);
      assertThat(Files.readString(log)).contains("stopped");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void portInUseIsNamedWithTheKeyThatSetsIt() throws IOException {
    createTopics();
    configuration.put("streams.state-dir", folder.toString());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      configuration.put("http.port", Integer.toString(taken.getLocalPort()));

      Invocation started = run("run", "drift-monitor");

      assertThat(started.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(started.err())
          .contains("127.0.0.1:" + taken.getLocalPort() + " is already in use")
          .contains("http.port")
          .doesNotContain("unexpected")
          .doesNotContain("\tat ");
    }
  }

  private Process start(Path log, String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(args));
    configuration.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static boolean isReady(Path log) throws Exception {
    String address = address(log);
    return !address.isEmpty() && get(address + "/readyz").startsWith("drift READY");
  }

  /** From the line that the command prints once it listens. */
  private static String address(Path log) throws IOException {
    Matcher matcher = ADDRESS.matcher(Files.readString(log));
    return matcher.find() ? matcher.group() : "";
  }

  private static String get(String url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }
}
