package dev.prefstream.scorer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.metrics.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The service in a process of its own, to be killed. */
final class ScorerProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private ScorerProcess(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /**
   * Runs in the child: serves until killed. Arguments: brokers, registry, prefix, bundle; further
   * ones are settings as {@code key=value}.
   */
  public static void main(String[] args) throws InterruptedException {
    List<Option<?>> options = new ArrayList<>(KafkaOptions.all());
    options.addAll(ScorerOptions.all());
    Map<String, String> settings = new HashMap<>();
    settings.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), args[0]);
    settings.put(KafkaOptions.REGISTRY_URL.key(), args[1]);
    settings.put(KafkaOptions.TOPIC_PREFIX.key(), args[2]);
    settings.put(KafkaOptions.INSTANCE_ID.key(), "killed");
    settings.put("scorer.models", args[3]);
    settings.put("scorer.batch.token-budget", "64");
    settings.put("scorer.epoch.max-records", "100");
    for (String setting : List.of(args).subList(4, args.length)) {
      int equals = setting.indexOf('=');
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    Configuration configuration = Configuration.load(options, null, Map.of(), settings);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Counter received = Metric.RECEIVED.counter(meters, "scoring");
    ScorerService service =
        ScorerService.create(configuration, Installation.of(configuration), meters);
    service.start();
    while (true) {
      System.out.println((long) received.count());
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  static ScorerProcess start(ScoringCluster cluster, Path bundle, String... settings)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ScorerProcess.class.getName(),
                cluster.embedded().bootstrapServers(),
                cluster.embedded().registryUrl(),
                cluster.installation().scoped(""),
                bundle.toString()));
    command.addAll(List.of(settings));
    return new ScorerProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Lets it do nothing for a while, as a machine does that swaps or a device that hangs. */
  void freeze(Duration time) throws IOException, InterruptedException {
    signal("STOP");
    LockSupport.parkNanos(time.toNanos());
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("kill -" + name + " ended with " + status);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns once it has committed so many records. */
  void awaitReceived(long records) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (Long.parseLong(line) >= records) {
        return;
      }
    }
    throw new IOException("the scorer process ended by itself");
  }

  /** Ends it as SIGKILL does. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
