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
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;

/** The stream stages as services. */
public final class StreamsApp {

  static final List<String> STAGES =
      List.of(IntakeTopology.STAGE, DecisionTopology.STAGE, OversightTopology.STAGE);

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
    return STAGES.stream()
        .map(stage -> service(stage, configuration, installation, registry))
        .toList();
  }

  /** One of the stages, not started. */
  public static Service service(
      String stage,
      Configuration configuration,
      Installation installation,
      MeterRegistry registry) {
    return new StreamsStage(
        stage,
        pace(stage),
        topology(stage, configuration, new TopicStreams(installation), registry),
        configuration,
        installation,
        registry);
  }

  /** Of one of the {@link #STAGES}. */
  static Topology topology(
      String stage, Configuration configuration, TopicStreams topics, MeterRegistry registry) {
    return switch (stage) {
      case IntakeTopology.STAGE ->
          IntakeTopology.build(IntakeOptions.of(configuration), topics, registry);
      case DecisionTopology.STAGE ->
          DecisionTopology.build(DecisionOptions.of(configuration), topics, registry);
      case OversightTopology.STAGE ->
          OversightTopology.build(OversightOptions.of(configuration), topics, registry);
      default ->
          throw new IllegalArgumentException(
              "found no stage named %s, expected one of %s".formatted(stage, STAGES));
    };
  }

  private static StagePace pace(String stage) {
    return switch (stage) {
      case DecisionTopology.STAGE, OversightTopology.STAGE -> StagePace.AFTERWARDS;
      default -> StagePace.TICKETS;
    };
  }
}
