package dev.prefstream.cli.detect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.drift.detect.FileDetection;
import dev.prefstream.drift.detect.FileDetection.Alarm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the detectors do on files whose changes are known, as two Markdown tables: by the first alarm
 * of each incident, as {@code detect} tells them, and by every alarm.
 *
 * <p>A change counts as found by the first alarm in its window where it has one, else from five
 * rows before it until the next change, a tenth of the file at most. Further alarms there that are
 * not closer to another change are repeats; alarms anywhere else are false.
 */
final class TruthTable {

  private static final int EARLY = 5;
  private static final Set<String> SKIPPED = Set.of("t", "time", "timestamp", "period");

  /** Detectors of the stream-mining libraries at their settings. */
  private static final List<String> OTHERS = List.of("adwin", "page-hinkley", "kswin");

  private final Path folder;
  private final Path truth;
  private final FileDetection.Params params;

  TruthTable(Path folder, Path truth, FileDetection.Params params) {
    this.folder = folder;
    this.truth = truth;
    this.params = params;
  }

  /** What a detector did on one file or on all. */
  private record Score(int changes, int hits, int repeats, int falseAlarms, List<Integer> delays) {

    Score plus(Score other) {
      List<Integer> all = new ArrayList<>(delays);
      all.addAll(other.delays);
      return new Score(
          changes + other.changes,
          hits + other.hits,
          repeats + other.repeats,
          falseAlarms + other.falseAlarms,
          all);
    }

    String cell() {
      if (changes == 0) {
        return falseAlarms == 0 ? "silent" : falseAlarms + " false";
      }
      return "%d of %d%s, %d false%s"
          .formatted(
              hits,
              changes,
              delays.isEmpty()
                  ? ""
                  : ", delay " + delays.stream().sorted().toList().get(delays.size() / 2),
              falseAlarms,
              repeats > 0 ? ", " + repeats + " more" : "");
    }
  }

  /** One of the tables: which alarms count, its rows, and the sum of what each detector did. */
  private record Table(
      String title,
      Function<FileDetection.Result, List<Alarm>> counted,
      StringBuilder rows,
      Map<String, Score> totals) {

    Table(String title, Function<FileDetection.Result, List<Alarm>> counted) {
      this(title, counted, new StringBuilder(), new LinkedHashMap<>());
    }

    void add(String file, String column, JsonNode about, Map<String, FileDetection.Result> found) {
      rows.append("| %s | %s".formatted(file, column));
      found.forEach(
          (detector, result) -> {
            Score score = score(about, result.rows(), counted.apply(result));
            rows.append(" | ").append(score.cell());
            totals.merge(detector, score, Score::plus);
          });
      rows.append(" |\n");
    }

    String markdown() {
      StringBuilder text = new StringBuilder(title + "\n\n| file | column");
      totals.keySet().forEach(detector -> text.append(" | ").append(detector));
      text.append(" |\n| --- | ---").append(" | ---".repeat(totals.size())).append(" |\n");
      text.append(rows).append("| all | ");
      totals.values().forEach(score -> text.append(" | ").append(score.cell()));
      return text + " |\n";
    }
  }

  /** Prints the tables; writes them and the plots into a folder where one is given. */
  void measure(PrintWriter console, @Nullable Path out) {
    List<Table> tables =
        List.of(
            new Table("By the first alarm of each incident:", FileDetection.Result::alarms),
            new Table("By every alarm:", FileDetection.Result::everyAlarm));
    JsonNode truths = truths();
    Map<String, JsonNode> files = new TreeMap<>();
    truths.fieldNames().forEachRemaining(name -> files.put(name, truths.path(name)));
    files.forEach(
        (name, about) -> {
          if (!about.path("change_points").isArray()) {
            return;
          }
          String column = column(about);
          double[] values = CsvColumn.read(folder.resolve(name), column).values();
          Map<String, FileDetection.Result> found = new LinkedHashMap<>();
          FileDetection.Result own = DetectCommand.run(values, params);
          found.put("default", own);
          for (String other : OTHERS) {
            found.put(
                other, FileDetection.run(values, new FileDetection.Params(0, 0, List.of(other))));
          }
          String file = name.replaceAll("\\.csv$", "");
          DetectCommand.write(
              out == null ? null : out.resolve(file + ".svg"),
              () ->
                  new AlarmPlot(name + ": " + column, values)
                      .svg(own.alarms(), rows(about.path("change_points"))));
          tables.forEach(table -> table.add(file, column, about, found));
        });
    String text = tables.stream().map(Table::markdown).collect(Collectors.joining("\n"));
    console.print(text);
    console.flush();
    DetectCommand.write(out == null ? null : out.resolve("streams.md"), () -> text);
  }

  private static Score score(JsonNode about, int rows, List<Alarm> alarms) {
    List<Integer> changes = new ArrayList<>(rows(about.path("change_points")));
    JsonNode windows = about.path("windows");
    if (!windows.isEmpty() && windows.size() < changes.size()) {
      // A gradual change is told by its first and last row: one change.
      changes.subList(windows.size(), changes.size()).clear();
    }
    int[] from = new int[changes.size()];
    int[] to = new int[changes.size()];
    for (int i = 0; i < from.length; i++) {
      int next = i + 1 < from.length ? changes.get(i + 1) - EARLY : rows;
      from[i] = windows.isEmpty() ? changes.get(i) - EARLY : windows.path(i).path(0).asInt();
      to[i] =
          windows.isEmpty()
              ? Math.min(next, changes.get(i) + rows / 10)
              : windows.path(i).path(1).asInt();
    }
    boolean[] found = new boolean[from.length];
    List<Integer> delays = new ArrayList<>();
    int repeats = 0;
    int falseAlarms = 0;
    for (Alarm alarm : alarms) {
      int change = -1;
      for (int i = 0; i < from.length; i++) {
        if (alarm.row() >= from[i] && alarm.row() <= to[i]) {
          change = i;
        }
      }
      if (change < 0) {
        falseAlarms++;
      } else if (found[change]) {
        repeats++;
      } else {
        found[change] = true;
        delays.add(alarm.row() - changes.get(change));
      }
    }
    return new Score(from.length, delays.size(), repeats, falseAlarms, delays);
  }

  /** The first column that is no time. */
  private static String column(JsonNode about) {
    for (JsonNode column : about.path("columns")) {
      if (!SKIPPED.contains(column.asText())) {
        return column.asText();
      }
    }
    throw new CommandFailure(ExitCode.USAGE, "found a file without columns: " + about);
  }

  private static List<Integer> rows(JsonNode array) {
    List<Integer> rows = new ArrayList<>();
    array.forEach(row -> rows.add(row.asInt()));
    return rows;
  }

  private JsonNode truths() {
    try {
      return new ObjectMapper().readTree(truth.toFile());
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s cannot be read as JSON: %s".formatted(truth, e.getMessage()), e);
    }
  }
}
