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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The service in a process of its own, to be killed. */
final class ScorerProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private ScorerProcess(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Runs in the child: serves until killed. Arguments: brokers, registry, prefix, bundle. */
  public static void main(String[] args) throws InterruptedException {
    List<Option<?>> options = new ArrayList<>(KafkaOptions.all());
    options.addAll(ScorerOptions.all());
    Configuration configuration =
        Configuration.load(
            options,
            null,
            Map.of(),
            Map.of(
                KafkaOptions.BOOTSTRAP_SERVERS.key(),
                args[0],
                KafkaOptions.REGISTRY_URL.key(),
                args[1],
                KafkaOptions.TOPIC_PREFIX.key(),
                args[2],
                KafkaOptions.INSTANCE_ID.key(),
                "killed",
                "scorer.models",
                args[3],
                "scorer.batch.token-budget",
                "64",
                "scorer.epoch.max-records",
                "100"));
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

  static ScorerProcess start(ScoringCluster cluster, Path bundle) throws IOException {
    return new ScorerProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ScorerProcess.class.getName(),
                cluster.embedded().bootstrapServers(),
                cluster.embedded().registryUrl(),
                cluster.installation().scoped(""),
                bundle.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
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
