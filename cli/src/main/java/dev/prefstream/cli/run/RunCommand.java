package dev.prefstream.cli.run;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.LogLevels;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.HttpOptions;
import dev.prefstream.schemas.Topics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream run}: one deployable until it is stopped or fails. */
@Command(
    name = "run",
    header = "Run a service against an outside cluster.",
    description = {
      "Needs the topics (`prefstream topics create`) and a schema registry. Answers /livez, /readyz and",
      "/metrics on http.host:http.port. SIGTERM and Ctrl-C stop it within seconds and lose nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream run streams-app --config prefstream.properties",
      "  prefstream run scorer --bootstrap-server kafka:9092 --set schema-registry.url=http://registry:8081",
      "  PREFSTREAM_LOG=json prefstream run drift-monitor --set http.port=8082"
    })
public final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      paramLabel = "SERVICE",
      description = "One of: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Words.class)
  private String word;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  RunCommand() {}

  @Override
  public Integer call() {
    Stages deployable = deployable();
    LogLevels.forServices();
    Configuration configuration = configurationArguments.load();
    Installation installation = Installation.of(configuration);
    Cluster.require(configuration, installation, Topics.all());
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (JvmMeters meters = JvmMeters.bind(registry);
        Running running =
            Running.start(
                deployable.services(configuration, installation, registry),
                configuration.get(HttpOptions.HOST),
                configuration.get(HttpOptions.PORT),
                registry)) {
      spec.commandLine()
          .getErr()
          .printf(
              "prefstream: %s (%s) runs, http://%s:%d/readyz tells how it is%n",
              deployable.word(),
              deployable.steps(),
              configuration.get(HttpOptions.HOST),
              running.port());
      return running.await();
    }
  }

  private Stages deployable() {
    return Stream.of(Stages.values())
        .filter(stage -> stage.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(),
                    "there is no service '%s': expected %s"
                        .formatted(word, String.join(", ", new Words()))));
  }

  /** What can be run. */
  static final class Words extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Words() {
      super(List.of(Stages.values()).stream().map(Stages::word).toList());
    }
  }
}
