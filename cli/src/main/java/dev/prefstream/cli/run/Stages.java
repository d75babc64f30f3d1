package dev.prefstream.cli.run;

import dev.prefstream.drift.DriftMonitor;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.scorer.ScorerOptions;
import dev.prefstream.scorer.ScorerService;
import dev.prefstream.streamsapp.StreamsApp;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What can be deployed apart from the rest, in the order of the data flow. The only place that
 * names the services' modules.
 */
public enum Stages {
  STREAMS_APP("streams-app", "intake, decision and oversight"),
  SCORER("scorer", "scoring"),
  DRIFT_MONITOR("drift-monitor", "drift");

  private final String word;
  private final String steps;

  Stages(String word, String steps) {
    this.word = word;
    this.steps = steps;
  }

  /** As on the command line. */
  String word() {
    return word;
  }

  /** The steps of the data flow in it, for people. */
  String steps() {
    return steps;
  }

  /** Its services, not started. */
  List<Service> services(
      Configuration configuration, Installation installation, MeterRegistry registry) {
    return switch (this) {
      case STREAMS_APP -> StreamsApp.services(configuration, installation, registry);
      case SCORER -> List.of(ScorerService.create(configuration, installation, registry));
      case DRIFT_MONITOR -> List.of(DriftMonitor.service(configuration, installation, registry));
    };
  }

  /** Every service, not started, in the order of the data flow as far as they are separable. */
  public static List<Service> all(
      Configuration configuration, Installation installation, MeterRegistry registry) {
    List<Service> all = new ArrayList<>();
    for (Stages deployable : values()) {
      all.addAll(deployable.services(configuration, installation, registry));
    }
    return all;
  }

  /**
   * What stands for keys that the user does not set, when the program runs from a folder of its
   * own.
   *
   * @param home the folder that holds {@code models/}
   */
  public static Map<String, String> defaultsAt(Path home) {
    Path models = home.resolve(ScorerOptions.MODELS.defaultText());
    return Files.isDirectory(models)
        ? Map.of(ScorerOptions.MODELS.key(), models.toString())
        : Map.of();
  }

  /** The services' own options below their headings. */
  public static Map<String, List<Option<?>>> options() {
    Map<String, List<Option<?>>> options = new LinkedHashMap<>();
    options.put("Intake, decision and oversight", StreamsApp.options());
    options.put("Scorer", ScorerOptions.all());
    options.put("Drift monitor", DriftMonitor.options());
    return options;
  }
}
