package dev.prefstream.cli.quickstart;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.explain.ExplainRoutes;
import dev.prefstream.cli.run.Stages;
import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.embedded.EmbeddedFailureException;
import dev.prefstream.embedded.EmbeddedOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.HttpOptions;
import dev.prefstream.runtime.service.ProbeServer;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.runtime.streams.StreamsOptions;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All of Prefstream in this process: broker, registry, topics, every stage, probes and metrics. */
final class Quickstart implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Quickstart.class);

  private final Configuration configuration;
  private final Installation installation;
  private final EmbeddedCluster cluster;
  private final List<Service> services;
  private final ProbeServer probes;
  private final Deque<AutoCloseable> open;
  private final AtomicReference<@Nullable EmbeddedFailureException> brokerFailed =
      new AtomicReference<>();

  private Quickstart(
      Configuration configuration,
      Installation installation,
      EmbeddedCluster cluster,
      List<Service> services,
      ProbeServer probes,
      Deque<AutoCloseable> open) {
    this.configuration = configuration;
    this.installation = installation;
    this.cluster = cluster;
    this.services = services;
    this.probes = probes;
    this.open = open;
    cluster.failure().thenAccept(brokerFailed::set);
  }

  /** What stands for keys that the user does not set: one broker, two cores. */
  static Map<String, String> defaults(Path dataDir) {
    return Map.of(
        KafkaOptions.FLOW_PARTITIONS.key(), "2",
        KafkaOptions.INSTANCE_ID.key(), "quickstart",
        StreamsOptions.STATE_DIR.key(), dataDir.resolve("streams").toString());
  }

  /**
   * Starts broker and registry, creates the topics and starts every stage; returns before the
   * stages serve.
   *
   * @throws RuntimeException when a part does not start; what had started is stopped again
   */
  static Quickstart start(Configuration given, Path dataDir) {
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      EmbeddedCluster cluster =
          EmbeddedCluster.start(
              dataDir,
              given.get(EmbeddedOptions.KAFKA_PORT),
              given.get(EmbeddedOptions.REGISTRY_PORT));
      open.push(cluster);
      Configuration configuration = given.with(cluster.configuration());
      Installation installation = Installation.of(configuration);
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(
                admin,
                installation,
                configuration.get(KafkaOptions.FLOW_PARTITIONS),
                configuration.get(KafkaOptions.REPLICATION))
            .create();
      }
      PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      List<Service> services = Stages.all(configuration, installation, registry);
      ExplainRoutes explanations = new ExplainRoutes(configuration, installation);
      open.push(explanations);
      ProbeServer probes =
          ProbeServer.start(
              configuration.get(HttpOptions.HOST),
              configuration.get(HttpOptions.PORT),
              services,
              registry,
              explanations::register);
      open.push(probes);
      for (Service service : services) {
        open.push(service);
        service.start();
      }
      return new Quickstart(configuration, installation, cluster, services, probes, open);
    } catch (RuntimeException e) {
      closeAll(open);
      throw e;
    }
  }

  Configuration configuration() {
    return configuration;
  }

  Installation installation() {
    return installation;
  }

  EmbeddedCluster cluster() {
    return cluster;
  }

  /** Every stage, in the order of the data flow. */
  List<Service> services() {
    return services;
  }

  /** Address of probes and metrics. */
  String httpAddress() {
    return "http://" + configuration.get(HttpOptions.HOST) + ":" + probes.port();
  }

  /** Tells when every stage has processed everything; the caller closes it. */
  Drain drain() {
    return new Drain(installation, services.stream().map(Service::name).toList());
  }

  /** Whether every stage serves. */
  boolean ready() {
    return services.stream().allMatch(service -> service.health().state() == Health.State.READY);
  }

  /**
   * Looks after stages and broker.
   *
   * @throws CommandFailure when one of them has stopped by itself
   */
  void checkHealth() {
    for (Service service : services) {
      Health health = service.health();
      if (health.state() == Health.State.FAILED) {
        throw new CommandFailure(
            ExitCode.FAILED, "the stage %s %s".formatted(service.name(), health.detail()));
      }
    }
    EmbeddedFailureException brokerFailure = brokerFailed.get();
    if (brokerFailure != null) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "the embedded broker stopped: " + brokerFailure.getMessage(),
          brokerFailure);
    }
  }

  /** Stops everything, last started first. Blocks for a few seconds. Idempotent. */
  @Override
  public void close() {
    closeAll(open);
  }

  private static void closeAll(Deque<AutoCloseable> open) {
    Map<String, Exception> failures = new HashMap<>();
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        part.close();
      } catch (Exception e) {
        failures.put(part.getClass().getSimpleName(), e);
      }
    }
    failures.forEach(
        (part, failure) ->
            log.atWarn()
                .addKeyValue("part", part)
                .setCause(failure)
                .log("part did not stop cleanly"));
  }
}
