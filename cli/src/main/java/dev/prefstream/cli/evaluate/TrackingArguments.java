package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.evaluate.tracking.MlflowServer;
import dev.prefstream.cli.evaluate.tracking.TrackedRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a run is logged, if anywhere. */
final class TrackingArguments {

  private static final String ADDRESS = "MLFLOW_TRACKING_URI";
  private static final String EXPERIMENT = "MLFLOW_EXPERIMENT_NAME";

  @Option(
      names = "--mlflow-tracking-uri",
      paramLabel = "URI",
      description =
          "Logs the run to this MLflow server. Default: MLFLOW_TRACKING_URI; none without both.")
  @Nullable String address;

  @Option(
      names = "--mlflow-experiment",
      paramLabel = "NAME",
      description = "Experiment to log under. Default: MLFLOW_EXPERIMENT_NAME, else prefstream.")
  @Nullable String experiment;

  TrackingArguments() {}

  /** Logs the run if a server is named. A server that fails gets a warning and nothing else. */
  void log(TrackedRun run, PrintWriter err) {
    Map<String, String> environment = System.getenv();
    String server = address != null ? address : environment.get(ADDRESS);
    if (server == null || server.isBlank()) {
      return;
    }
    String name =
        experiment != null ? experiment : environment.getOrDefault(EXPERIMENT, "prefstream");
    try {
      String id = new MlflowServer(server, environment, Clock.systemUTC()).log(name, run);
      err.printf("logged to %s, experiment %s, run %s%n", MlflowServer.shown(server), name, id);
    } catch (IOException | IllegalArgumentException e) {
      err.printf(
          "warning: the run was not logged to %s (%s): the figures above stand, log it again when the server answers%n",
          MlflowServer.shown(server), e);
    }
  }
}
