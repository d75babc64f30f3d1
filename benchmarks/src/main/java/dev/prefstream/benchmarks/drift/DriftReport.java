package dev.prefstream.benchmarks.drift;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What was measured, as Markdown and plots.
 *
 * @param facts what was run, where, and for how long; one line each
 */
record DriftReport(
    List<String> facts,
    List<RunLengthRow> runLengths,
    List<DelayRow> delays,
    List<ColumnRow> columns) {

  static final String MARKDOWN = "drift.md";
  static final String RUN_LENGTHS = "run-lengths.svg";
  static final String DELAYS = "delays.svg";

  /** Writes table and plots into the folder, which is made where missing. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(MARKDOWN), "# Drift, measured\n\n" + markdown());
    Files.writeString(folder.resolve(RUN_LENGTHS), runLengthPlot());
    Files.writeString(folder.resolve(DELAYS), delayPlot());
  }

  /** All tables that have rows. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    facts.forEach(fact -> text.append("- ").append(fact).append('\n'));
    if (!measured().isEmpty()) {
      runLengths(text);
    }
    if (!seen().isEmpty()) {
      delays(text);
    }
    if (!lookedAt().isEmpty()) {
      columns(text);
    }
    return text.toString();
  }

  private void runLengths(StringBuilder text) {
    text.append("\n| stream | set | measured | measured / set, 95 % | alarms | raised by |\n");
    text.append("| --- | --- | --- | --- | --- | --- |\n");
    for (RunLengthRow row : measured()) {
      RunLengthRow.Measured found = row.measured();
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %,.0f | %s | %s (%s to %s) | %,d against %,d references | %s |%n",
              row.name(),
              row.set(),
              shown("%,.0f", found.runLength()),
              shown("%.2f", found.runLength() / row.set()),
              shown("%.2f", found.least() / row.set()),
              shown("%.2f", found.most() / row.set()),
              found.alarms(),
              found.references(),
              row.shares()));
    }
  }

  private void delays(StringBuilder text) {
    text.append(
        "\n| change, at a run length of 100,000 | median delay | 90th percentile | target |\n");
    text.append("| --- | --- | --- | --- |\n");
    for (DelayRow row : seen()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %,d | %s |%n",
              row.name(),
              row.quantile(0.5),
              row.quantile(0.9),
              row.target() == 0 ? "" : Integer.toString(row.target())));
    }
  }

  private void columns(StringBuilder text) {
    text.append("\n| columns without a change | rows | promised | alarmed, 95 % | columns |\n");
    text.append("| --- | --- | --- | --- | --- |\n");
    for (ColumnRow row : lookedAt()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %.3f | %.3f (%.3f to %.3f) | %,d of %,d |%n",
              row.name(),
              row.length(),
              row.promised(),
              (double) row.alarmed() / row.seen(),
              row.interval().low(),
              row.interval().high(),
              row.alarmed(),
              row.seen()));
    }
  }

  /** Without an alarm there is no run length. */
  private static String shown(String format, double value) {
    return Double.isInfinite(value) ? "∞" : String.format(Locale.ROOT, format, value);
  }

  private List<RunLengthRow> measured() {
    return runLengths.stream().filter(row -> row.measured().references() > 0).toList();
  }

  private List<DelayRow> seen() {
    return delays.stream().filter(row -> !row.delays().isEmpty()).toList();
  }

  private List<ColumnRow> lookedAt() {
    return columns.stream().filter(row -> row.seen() > 0).toList();
  }

  private String runLengthPlot() {
    DotPlot plot =
        new DotPlot("run length measured / set, with 95 % intervals", 0.4, 2.5, 0.5, 0.8, 1, 1.2, 2)
            .band(0.8, 1.2);
    for (RunLengthRow row : measured()) {
      RunLengthRow.Measured found = row.measured();
      plot.dot(
          String.format(Locale.ROOT, "%s, %,.0f", row.name(), row.set()),
          found.least() / row.set(),
          found.runLength() / row.set(),
          found.most() / row.set(),
          0);
    }
    return plot.svg();
  }

  private String delayPlot() {
    DotPlot plot =
        new DotPlot(
            "values until a change is seen: median to 90th percentile, red the target",
            10,
            3000,
            10,
            30,
            100,
            300,
            1000,
            3000);
    for (DelayRow row : seen()) {
      plot.dot(row.name(), row.quantile(0.5), row.quantile(0.5), row.quantile(0.9), row.target());
    }
    return plot.svg();
  }
}
