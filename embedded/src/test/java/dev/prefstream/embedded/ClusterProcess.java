package dev.prefstream.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An embedded cluster in a process of its own, to be killed. */
final class ClusterProcess implements AutoCloseable {

  private static final String ANSWER = "serving ";

  private final Process process;
  private final String bootstrapServers;
  private final String registryUrl;

  private ClusterProcess(Process process, String bootstrapServers, String registryUrl) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
  }

  /** Runs in the child: serves until killed. */
  public static void main(String[] args) throws InterruptedException {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(Path.of(args[0]), 0, 0)) {
      System.out.println(ANSWER + cluster.bootstrapServers() + " " + cluster.registryUrl());
      Thread.currentThread().join();
    }
  }

  static ClusterProcess start(Path dataDir) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ClusterProcess.class.getName(),
                dataDir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(ANSWER)) {
        String[] addresses = line.substring(ANSWER.length()).split(" ");
        return new ClusterProcess(process, addresses[0], addresses[1]);
      }
    }
    throw new IOException("the cluster process ended with its standard output");
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  String registryUrl() {
    return registryUrl;
  }

  long pid() {
    return process.pid();
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
