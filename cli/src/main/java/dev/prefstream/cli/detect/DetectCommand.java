package dev.prefstream.cli.detect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.drift.detect.FileDetection;
import dev.prefstream.drift.detect.FileDetection.Alarm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream detect}: when a column of numbers changed. */
@Command(
    name = "detect",
    header = "Find when a column of a CSV file changed.",
    description = {
      "Goes through the rows in order and tells where the drift detectors alarm, once for each incident, and since which row the values differ.",
      "With no option but file and column the scans watch: they take any unit and length, know cycles, autocorrelation and wandering levels when they see them, and need no reference."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream detect latency.csv --column p99_ms --plot latency.svg",
      "  prefstream detect scores.csv --column margin --detector cusum-mean --detector ks --reference 2000",
      "  prefstream detect history.csv --column value --out alarms.json"
    })
public final class DetectCommand implements Callable<Integer> {

  private static final int LEAST_NUMBERS = 24;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "CSV file with a header; with --truth a folder of them.")
  private Path file;

  @Option(names = "--column", paramLabel = "NAME", description = "The column of numbers.")
  private @Nullable String column;

  @Option(
      names = "--reference",
      paramLabel = "ROWS",
      description =
          "Numbers at the beginning that are taken for good, fewer than there are: charts learn from them (default: a fifth), scans do not alarm before their end (default: begin at once).")
  private int reference;

  @Option(
      names = "--arl",
      paramLabel = "N",
      description =
          "Rows between two false alarms, on average, of scans and charts (default: 100,000 for charts, 20 columns of this length for scans, and at least 10,000).")
  private double runLength;

  @Option(
      names = "--detector",
      paramLabel = "NAME",
      split = ",",
      description =
          "A detector, may be given again: scan-mean, scan-dispersion, scan-shape (these by default); cusum-mean, cusum-dispersion, cusum-shape, ks, psi against a reference; fixed-band, adwin, page-hinkley, kswin at their usual settings.")
  private List<String> detectors = List.of();

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the alarms as JSON.")
  private @Nullable Path out;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draws the column as SVG.")
  private @Nullable Path plot;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "JSON with known change_points by file name: measures hits, delays and false alarms over the files of the folder FILE, beside other detectors; --out takes a folder for table and plots.")
  private @Nullable Path truth;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  public DetectCommand() {}

  @Override
  public Integer call() {
    FileDetection.Params params = params();
    PrintWriter console = spec.commandLine().getOut();
    if (truth != null) {
      new TruthTable(file, truth, params).measure(console, out);
      return ExitCode.OK;
    }
    if (column == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--column=NAME'");
    }
    CsvColumn read = CsvColumn.read(file, column);
    FileDetection.Result result = run(read.values(), params);
    console.print(report(result));
    console.flush();
    write(out, () -> json(result));
    write(
        plot,
        () ->
            new AlarmPlot(file.getFileName() + ": " + column, read.values())
                .svg(result.alarms(), List.of()));
    return tell(read, column, result.walks()) ? ExitCode.REFUSED : ExitCode.OK;
  }

  private FileDetection.Params params() {
    try {
      return new FileDetection.Params(
          reference, runLength, detectors.isEmpty() ? FileDetection.DEFAULT_DETECTORS : detectors);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Runs the detectors.
   *
   * @throws CommandFailure when there is nothing left to watch behind the reference
   */
  static FileDetection.Result run(double[] column, FileDetection.Params params) {
    try {
      return FileDetection.run(column, params);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** Says what to know of the alarms, and what was passed over; true when it was text. */
  private boolean tell(CsvColumn read, String name, boolean walks) {
    PrintWriter err = spec.commandLine().getErr();
    int numbers = read.values().length - read.gaps() - read.texts();
    if (numbers < LEAST_NUMBERS) {
      err.printf(
          "prefstream: found %d numbers, expected at least %d to tell a change: no alarm means nothing%n",
          numbers, LEAST_NUMBERS);
    }
    if (walks) {
      err.printf(
          "prefstream: %s wanders as a random walk does: alarms are where it goes further than such a walk would%n",
          name);
    }
    if (read.gaps() > 0) {
      err.printf("prefstream: passed over %d rows without a number%n", read.gaps());
    }
    if (read.texts() > 0) {
      err.printf(
          "prefstream: passed over %d rows whose %s is no number, the first is row %d%n",
          read.texts(), name, read.firstText());
    }
    return read.texts() > 0;
  }

  private static String report(FileDetection.Result result) {
    String rows =
        "%d rows, %s%n"
            .formatted(
                result.rows(),
                switch (result.alarms().size()) {
                  case 0 -> "no alarm";
                  case 1 -> "1 alarm";
                  default -> result.alarms().size() + " alarms";
                });
    if (result.alarms().isEmpty()) {
      return rows;
    }
    TextTable table = new TextTable("ROW", "SINCE", "DETECTOR", "STATISTIC", "THRESHOLD");
    for (Alarm alarm : result.alarms()) {
      table.row(
          Integer.toString(alarm.row()),
          Integer.toString(alarm.since()),
          alarm.detector(),
          String.format(Locale.ROOT, "%.4g", alarm.statistic()),
          String.format(Locale.ROOT, "%.4g", alarm.threshold()));
    }
    return rows + table;
  }

  private static String json(FileDetection.Result result) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode().put("rows", result.rows());
    var alarms = root.putArray("alarms");
    for (Alarm alarm : result.alarms()) {
      alarms
          .addObject()
          .put("row", alarm.row())
          .put("detector", alarm.detector())
          .put("statistic", alarm.statistic())
          .put("threshold", alarm.threshold())
          .put("since", alarm.since());
    }
    root.put("missing", result.missing());
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  /** Text that may fail to be made. */
  interface Text {
    String make() throws IOException;
  }

  static void write(@Nullable Path to, Text text) {
    if (to == null) {
      return;
    }
    try {
      Path folder = to.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(to, text.make());
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "%s cannot be written: %s".formatted(to, e.getMessage()), e);
    }
  }
}
