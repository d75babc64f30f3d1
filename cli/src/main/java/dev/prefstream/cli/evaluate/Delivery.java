package dev.prefstream.cli.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.evaluate.tracking.TrackedRun;
import dev.prefstream.scorer.model.ModelIdentity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where a report goes: terminal, files, tracking server. */
final class Delivery {

  private final PrintWriter out;
  private final PrintWriter err;
  private final EvaluationArguments arguments;
  private final TrackingArguments tracking;

  Delivery(CommandSpec spec, EvaluationArguments arguments, TrackingArguments tracking) {
    this.out = spec.commandLine().getOut();
    this.err = spec.commandLine().getErr();
    this.arguments = arguments;
    this.tracking = tracking;
  }

  /**
   * Delivers a report.
   *
   * @param settings what the evaluation was given, for the tracking server
   * @return the exit code: whether lines were broken
   */
  int deliver(
      ObjectNode report,
      String table,
      Plots plots,
      RowFile file,
      ModelIdentity model,
      Reading reading,
      Map<String, String> settings) {
    out.print(table);
    out.flush();
    if (arguments.out != null) {
      ReportJson.write(report, arguments.out);
      out.printf("%nreport: %s%n", arguments.out);
    }
    Path folder = plotFolder();
    if (folder != null) {
      plots.files().forEach((name, svg) -> ReportJson.write(svg, folder.resolve(prefix() + name)));
      out.printf("plots:  %s%n", folder.resolve(prefix() + "*.svg"));
    }
    out.flush();
    Map<String, String> parameters = new LinkedHashMap<>(settings);
    parameters.put("file", file.name());
    parameters.put("file.sha256", file.identity().substring(file.identity().lastIndexOf(':') + 1));
    parameters.put("seed", Long.toString(arguments.seed));
    parameters.put("model", model.id());
    parameters.put("model.version", model.version());
    parameters.put("model.hash", model.hash());
    tracking.log(
        new TrackedRun(
            "evaluate " + model.task().word() + " on " + file.name(),
            parameters,
            TrackedRun.metricsOf(report),
            Map.of(
                "prefstream.model.id", model.id(),
                "prefstream.model.version", model.version(),
                "prefstream.model.hash", model.hash())),
        err);
    if (reading.repeatedIds().repeated().size() > 0) {
      err.printf("warning: %s: %s%n", file.path(), reading.repeatedIds().told());
    }
    if (reading.brokenLines() == 0) {
      return ExitCode.OK;
    }
    err.printf(
        "%s: %d broken lines were left out, the figures are of the %d others; %s%n",
        file.path(), reading.brokenLines(), reading.rows(), reading.told());
    return ExitCode.REFUSED;
  }

  private @Nullable Path plotFolder() {
    if (arguments.plots != null) {
      return arguments.plots;
    }
    return arguments.out == null ? null : arguments.out.toAbsolutePath().getParent();
  }

  /** Plots beside a report begin with its name. */
  private String prefix() {
    if (arguments.plots != null || arguments.out == null) {
      return "";
    }
    return arguments.out.getFileName().toString().replaceAll("\\.json$", "") + "-";
  }
}
