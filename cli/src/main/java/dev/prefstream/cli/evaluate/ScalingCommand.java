package dev.prefstream.cli.evaluate;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.cli.evaluate.statistics.Estimate;
import dev.prefstream.cli.evaluate.statistics.FlooredPowerLaw;
import dev.prefstream.cli.evaluate.statistics.PowerLaw;
import dev.prefstream.cli.evaluate.statistics.PowerLaw.Point;
import dev.prefstream.cli.evaluate.tracking.TrackedRun;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.runtime.failure.PoisonException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream evaluate scaling}: what more compute brings. */
@Command(
    name = "scaling",
    header = "Fit a scaling law to measured points of compute and loss, and extrapolate.",
    description = {
      "Fits loss = (C / C0)^-alpha, and with a floor where there are four points or more, with 95 %% intervals."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream evaluate scaling examples/scaling.csv",
      "  prefstream evaluate scaling points.csv --at 1e20 --at 1e21 --out scaling.json"
    })
final class ScalingCommand implements Callable<Integer> {

  private static final List<List<String>> REQUIRED = List.of(List.of("compute"), List.of("loss"));

  @Spec private CommandSpec spec;

  @Mixin private TrackingArguments tracking;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Points with compute (such as FLOP) and loss: .csv or .jsonl, plain or .gz.")
  private Path path;

  @Option(
      names = "--at",
      paramLabel = "COMPUTE",
      description = "Extrapolates to this compute; may be repeated.")
  private List<Double> at = new ArrayList<>();

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the report as JSON.")
  private @Nullable Path out;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "Writes scaling.svg here. Default: beside --out; none without both.")
  private @Nullable Path plots;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  ScalingCommand() {}

  @Override
  public Integer call() {
    for (double compute : at) {
      if (!(compute > 0) || Double.isInfinite(compute)) {
        throw new CommandFailure(
            ExitCode.USAGE, "--at %s: must be a number above 0".formatted(compute));
      }
    }
    RowFile file = RowFile.open(path);
    Reading reading = new Reading(file, REQUIRED);
    List<Point> points = read(file, reading);
    PowerLaw law = PowerLaw.fit(points);
    FlooredPowerLaw floored =
        distinct(points) >= FlooredPowerLaw.LEAST_POINTS
            ? FlooredPowerLaw.fit(points).orElse(null)
            : null;
    ObjectNode report = json(file, points, law, floored, reading);
    PrintWriter to = spec.commandLine().getOut();
    to.print(text(file, points, law, floored));
    if (out != null) {
      ReportJson.write(report, out);
      to.printf("%nreport: %s%n", out);
    }
    Path folder = plots != null ? plots : out == null ? null : out.toAbsolutePath().getParent();
    if (folder != null) {
      Path plot =
          folder.resolve(
              plots == null && out != null
                  ? out.getFileName().toString().replaceAll("\\.json$", "") + ".svg"
                  : "scaling.svg");
      ReportJson.write(ScalingPlot.svg(file.name(), points, law, floored, at), plot);
      to.printf("plot:   %s%n", plot);
    }
    to.flush();
    PrintWriter err = spec.commandLine().getErr();
    tracking.log(
        new TrackedRun(
            "evaluate scaling on " + file.name(),
            Map.of("file", file.name()),
            TrackedRun.metricsOf(report),
            Map.of()),
        err);
    if (reading.brokenLines() == 0) {
      return ExitCode.OK;
    }
    err.printf(
        "%s: %d broken lines were left out, the fit is of the %d others; %s%n",
        path, reading.brokenLines(), reading.rows(), reading.told());
    return ExitCode.REFUSED;
  }

  private List<Point> read(RowFile file, Reading reading) {
    List<Point> points = new ArrayList<>();
    file.forEach(
        new RowFile.Reader() {
          @Override
          public void row(long line, Fields fields) {
            reading.parsed(fields);
            points.add(new Point(positive(fields, "compute"), positive(fields, "loss")));
            reading.good();
          }

          @Override
          public void broken(long line, String reason) {
            reading.broken(line, reason);
          }
        });
    reading.requireRows();
    if (distinct(points) < 2) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "%s: found %d usable points at %d values of compute, expected two at least (three for an interval)%s"
              .formatted(
                  path,
                  points.size(),
                  distinct(points),
                  reading.brokenLines() == 0 ? "" : "; " + reading.told()));
    }
    return points;
  }

  private static double positive(Fields fields, String name) {
    String text = fields.word(name);
    if (text == null) {
      throw new PoisonException(INVALID_FIELD, "there is no " + name);
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new PoisonException(
          INVALID_FIELD, name + " is no number, expected one such as 5e18", e);
    }
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new PoisonException(INVALID_FIELD, name + " must be a number above 0");
    }
    return value;
  }

  private static long distinct(List<Point> points) {
    return points.stream().mapToDouble(Point::compute).distinct().count();
  }

  private ObjectNode json(
      RowFile file,
      List<Point> points,
      PowerLaw law,
      @Nullable FlooredPowerLaw floored,
      Reading reading) {
    ObjectNode report = ReportJson.object().put("file", file.name()).put("n", points.size());
    ObjectNode power = report.putObject("power_law");
    ReportJson.put(power, "alpha", law.alpha());
    ReportJson.put(power, "c0", law.scale());
    ReportJson.put(power, "residual_sd", law.residual());
    power.put("degrees_of_freedom", law.degrees());
    if (floored == null) {
      report.putNull("power_law_with_floor");
    } else {
      ObjectNode node = report.putObject("power_law_with_floor");
      ReportJson.put(node, "alpha", floored.alpha());
      ReportJson.put(node, "floor", floored.floor());
      ReportJson.put(node, "c0", floored.scale());
      ReportJson.put(node, "residual_sd", floored.residual());
      node.put("degrees_of_freedom", floored.degrees());
    }
    ArrayNode extrapolated = report.putArray("extrapolated");
    for (double compute : at) {
      ObjectNode node = extrapolated.addObject().put("compute", compute);
      ReportJson.put(node, "loss", law.predict(compute));
      if (floored != null) {
        ReportJson.put(node, "loss_with_floor", floored.predict(compute));
      }
    }
    report.set("broken", ReportJson.broken(reading));
    return report;
  }

  private String text(
      RowFile file, List<Point> points, PowerLaw law, @Nullable FlooredPowerLaw floored) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s: %d points, compute %s to %s%n",
        file.name(),
        points.size(),
        word(points.stream().mapToDouble(Point::compute).min().orElseThrow()),
        word(points.stream().mapToDouble(Point::compute).max().orElseThrow()));
    line(
        text,
        "%nloss = (C / C0)^-alpha%n  alpha  %s%n  C0     %s%n",
        interval(law.alpha(), "%.4f"),
        scale(law));
    if (law.degrees() > 0) {
      line(
          text,
          "  fit    residual %.4f in log loss, %s of freedom%n",
          law.residual(),
          degrees(law.degrees()));
    }
    if (floored == null && distinct(points) >= FlooredPowerLaw.LEAST_POINTS) {
      line(
          text,
          "%nWith a floor: no falling law. No curve that falls fits these points better than a loss that stays the same.%n");
    } else if (floored == null) {
      line(
          text,
          "%nWith a floor: needs points at %d values of compute at least, there are %d.%n",
          FlooredPowerLaw.LEAST_POINTS,
          distinct(points));
    } else {
      line(
          text,
          "%nloss = floor + (C / C0)^-alpha%n  alpha  %s%n  floor  %s%n  C0     %.3g%n",
          interval(floored.alpha(), "%.4f"),
          interval(floored.floor(), "%.4f"),
          floored.scale());
      line(
          text,
          "  fit    relative residual %.4f, %s of freedom%n",
          floored.residual(),
          degrees(floored.degrees()));
    }
    if (!at.isEmpty()) {
      TextTable table =
          new TextTable(
              "compute",
              "loss (95 % of one more run)",
              floored == null ? "" : "with floor (95 % of the curve)");
      for (double compute : at) {
        table.row(
            word(compute),
            interval(law.predict(compute), "%.4f"),
            floored == null ? "" : interval(floored.predict(compute), "%.4f"));
      }
      text.append('\n').append(table);
    }
    if (distinct(points) <= PowerLaw.LEAST_POINTS) {
      line(
          text,
          "%n%d points leave %s of freedom: they can say whether loss falls, hardly how it goes on. A floor cannot be told from%nthem, and any extrapolation rests on the form of the law, not on data.%n",
          points.size(),
          degrees(law.degrees()));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private static String degrees(int degrees) {
    return "%d degree%s".formatted(degrees, degrees == 1 ? "" : "s");
  }

  /** C0, which a line that may as well be level leaves open. */
  private static String scale(PowerLaw law) {
    return law.degrees() > 0 && Double.isNaN(law.scale().low())
        ? "not to be told: the slope cannot be told from 0"
        : interval(law.scale(), "%.3g");
  }

  private static String interval(Estimate estimate, String format) {
    String value = String.format(Locale.ROOT, format, estimate.value());
    if (Double.isNaN(estimate.low())) {
      return value + " (no interval: too few points)";
    }
    return "%s (95 %%: %s to %s)"
        .formatted(
            value,
            String.format(Locale.ROOT, format, estimate.low()),
            Double.isInfinite(estimate.high())
                ? "any"
                : String.format(Locale.ROOT, format, estimate.high()));
  }

  private static String word(double compute) {
    return String.format(Locale.ROOT, "%.3g", compute);
  }
}
