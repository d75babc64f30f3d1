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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The only place that names the services' modules. */
public final class Stages {

  private Stages() {}

  /** The services' own options below their headings. */
  public static Map<String, List<Option<?>>> options() {
    Map<String, List<Option<?>>> options = new LinkedHashMap<>();
    options.put("Intake, decision and oversight", StreamsApp.options());
    options.put("Scoring", ScorerOptions.all());
    options.put("Drift", DriftMonitor.options());
    return options;
  }

  /** Every stage of every service. */
  public static List<Service> all(
      Configuration configuration, Installation installation, MeterRegistry registry) {
    List<Service> stages =
        new ArrayList<>(StreamsApp.services(configuration, installation, registry));
    stages.add(1, ScorerService.create(configuration, installation, registry));
    stages.add(DriftMonitor.service(configuration, installation, registry));
    return stages;
  }
}
