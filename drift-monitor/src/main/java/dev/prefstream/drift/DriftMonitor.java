package dev.prefstream.drift;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.runtime.streams.StagePace;
import dev.prefstream.runtime.streams.StreamsStage;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The drift stage as a service. */
public final class DriftMonitor {

  /** Name of the stage. */
  public static final String STAGE = "drift";

  private DriftMonitor() {}

  /** Every option of this stage. */
  public static List<Option<?>> options() {
    return DriftOptions.all();
  }

  /** The stage, ready to be started. */
  public static Service service(
      Configuration configuration, Installation installation, MeterRegistry registry) {
    return new StreamsStage(
        STAGE,
        StagePace.AFTERWARDS,
        DriftTopology.build(DriftOptions.of(configuration), installation, registry),
        configuration,
        installation,
        registry);
  }
}
