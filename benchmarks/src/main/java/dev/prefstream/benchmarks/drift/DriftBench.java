package dev.prefstream.benchmarks.drift;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code prefstream bench drift}: how often detectors alarm without cause, and how late. */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    header = "Measure the drift detectors: false alarms and delays.",
    description =
        "Simulates streams without a change, to count alarms, and with one, to see how late it is found. Every row gets references in turn, a few at a time, until all have theirs or the time is up; results are written after each round. No figure depends on the machine, but how many references there was time for does.")
public final class DriftBench implements Callable<Integer> {

  private static final int REFERENCES = 48;
  private static final int QUICK_REFERENCES = 4;
  private static final double QUICK_SET = 10_000;
  private static final int COLUMNS = 1_000;
  private static final int QUICK_COLUMNS = 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for drift.md, run-lengths.svg and delays.svg.")
  private @Nullable Path out;

  @Option(
      names = "--quick",
      description = "A minute in place of an hour: the shortest run lengths, few references.")
  private boolean quick;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Ends after so many, with what was measured until then (default: 60).")
  private int minutes = 60;

  @Option(
      names = "--only",
      paramLabel = "WORDS",
      description = "Only rows with these words in their names.")
  private String only = "";

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  public DriftBench() {}

  /** Something that takes one reference after the other. */
  private record Part(int references, IntConsumer add) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    int references = quick ? QUICK_REFERENCES : REFERENCES;
    List<RunLengthRow> rows =
        RunLengths.all(references).stream()
            .filter(row -> row.name().contains(only) && (!quick || row.set() <= QUICK_SET))
            .toList();
    List<DelayRow> delays = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    rows.forEach(row -> parts.add(new Part(row.references(), row::add)));
    List<DelayRows> groups = new ArrayList<>(Delays.all());
    groups.add(new JumpDelays());
    groups.add(new EmbeddingDelays());
    for (DelayRows group : groups) {
      if (group.rows().stream().anyMatch(row -> row.name().contains(only))) {
        delays.addAll(group.rows());
        parts.add(new Part(references, group::add));
      }
    }
    List<ColumnRow> columns =
        ColumnRow.all(quick ? QUICK_COLUMNS : COLUMNS).stream()
            .filter(row -> row.name().contains(only))
            .toList();
    columns.forEach(row -> parts.add(new Part(row.columns(), row::add)));
    if (parts.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--only %s: no row has these words in its name".formatted(only));
    }
    Instant begun = Instant.now();
    Instant end = begun.plus(Duration.ofMinutes(minutes));
    int cores = Runtime.getRuntime().availableProcessors();
    int most = parts.stream().mapToInt(Part::references).max().orElse(0);
    for (int from = 0; from < most; from += cores) {
      for (Part part : parts) {
        if (Instant.now().isAfter(end)) {
          break;
        }
        IntStream.range(from, Math.min(from + cores, part.references))
            .parallel()
            .forEach(part.add::accept);
      }
      if (out != null) {
        report(begun, rows, delays, columns).write(out);
      }
    }
    console.print(report(begun, rows, delays, columns).markdown());
    console.flush();
    return 0;
  }

  private DriftReport report(
      Instant begun, List<RunLengthRow> rows, List<DelayRow> delays, List<ColumnRow> columns) {
    List<String> facts = new ArrayList<>();
    facts.add(
        "command: `./prefstream bench%s`"
            .formatted(
                spec.commandLine().getParseResult().originalArgs().stream()
                    .reduce("", (before, next) -> before + " " + next)));
    facts.add("took: %d min".formatted(Duration.between(begun, Instant.now()).toMinutes()));
    if (quick) {
      facts.add("caution, --quick: too few references for figures that mean anything");
    }
    return new DriftReport(facts, rows, delays, columns);
  }
}
