package dev.prefstream.streamsapp;

import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.decision.DecisionTopology;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.intake.IntakeTopology;
import dev.prefstream.oversight.OversightOptions;
import dev.prefstream.oversight.OversightTopology;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.runtime.streams.StagePace;
import dev.prefstream.runtime.streams.StreamsStage;
import dev.prefstream.runtime.streams.TopicStreams;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;

/** The stream stages as services. */
public final class StreamsApp {

  private StreamsApp() {}

  /** Every option the stages know beside those of runtime. */
  public static List<Option<?>> options() {
    return Stream.of(IntakeOptions.all(), DecisionOptions.all(), OversightOptions.all())
        .flatMap(List::stream)
        .toList();
  }

  /** Intake, decision and oversight, not started. The topics must exist when they start. */
  public static List<Service> services(
      Configuration configuration, Installation installation, MeterRegistry registry) {
    TopicStreams topics = new TopicStreams(installation);
    Map<String, Topology> stages = new LinkedHashMap<>();
    stages.put(
        IntakeTopology.STAGE,
        IntakeTopology.build(IntakeOptions.of(configuration), topics, registry));
    stages.put(
        DecisionTopology.STAGE,
        DecisionTopology.build(DecisionOptions.of(configuration), topics, registry));
    stages.put(
        OversightTopology.STAGE,
        OversightTopology.build(OversightOptions.of(configuration), topics, registry));
    List<Service> services = new ArrayList<>();
    stages.forEach(
        (name, topology) ->
            services.add(
                new StreamsStage(
                    name, pace(name), topology, configuration, installation, registry)));
    return List.copyOf(services);
  }

  private static StagePace pace(String stage) {
    return stage.equals(OversightTopology.STAGE) ? StagePace.WATCHING : StagePace.TICKETS;
  }
}
