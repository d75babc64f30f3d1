package dev.prefstream.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run for people and programs: a table on the terminal, {@code results.json}, {@code
 * results.md} and plots.
 *
 * @param run facts about the run: command, machine, versions, in the order to show them
 * @param profiles arm to Markdown on where its time goes
 */
public record Report(
    Map<String, String> run, Results results, List<Target> targets, Map<String, String> profiles) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private List<Verdict> verdicts() {
    return targets.stream().map(target -> target.verdict(results)).toList();
  }

  /** Arms behind the targets that were missed. */
  public Set<String> missed() {
    Set<String> arms = new LinkedHashSet<>();
    for (Verdict verdict : verdicts()) {
      if (verdict.state() == Verdict.State.MISSED) {
        verdict.target().needs().forEach(id -> arms.add(Figure.of(id, "").arm()));
      }
    }
    return arms;
  }

  /** For the terminal. */
  public String table() {
    TextTable figures = new TextTable("figure", "median (min..max)", "unit");
    for (Figure figure : results.figures()) {
      figures.row(figure.id(), value(figure), unit(figure));
    }
    TextTable table = new TextTable("target", "wanted", "found", "verdict");
    for (Verdict verdict : verdicts()) {
      table.row(verdict.target().what(), verdict.wanted(), verdict.shown(), verdict.text());
    }
    return figures + "\n" + table;
  }

  /** Writes everything into the folder, which is made where missing. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("results.json").toFile(), json());
    StringBuilder markdown = new StringBuilder(markdown());
    for (Map.Entry<String, String> plot : plots().entrySet()) {
      Files.writeString(folder.resolve(plot.getKey()), plot.getValue());
      markdown.append("\n![%1$s](%1$s)\n".formatted(plot.getKey()));
    }
    Files.writeString(folder.resolve("results.md"), markdown);
  }

  private String markdown() {
    StringBuilder text = new StringBuilder("# Benchmark results\n\n");
    text.append(
        "Median of the rounds, least and most in brackets. Ratios are taken within each round.\n\n");
    run.forEach(
        (key, value) -> text.append("- ").append(key).append(": ").append(value).append('\n'));
    text.append(
        "\n## Targets\n\n| target | wanted | found | verdict |\n| --- | --- | --- | --- |\n");
    for (Verdict verdict : verdicts()) {
      text.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  verdict.target().what(),
                  verdict.wanted(),
                  verdict.shown(),
                  cell(verdict.text())));
    }
    text.append("\n## Figures\n\n| figure | median (min..max) | unit |\n| --- | --- | --- |\n");
    for (Figure figure : results.figures()) {
      text.append("| %s | %s | %s |\n".formatted(figure.id(), value(figure), unit(figure)));
    }
    if (!results.failures().isEmpty()) {
      text.append("\n## Arms that failed\n\n");
      results.failures().forEach((arm, why) -> text.append("- %s: %s\n".formatted(arm, why)));
    }
    profiles.forEach(
        (arm, profile) ->
            text.append("\n## Where the time of %s goes\n\n%s".formatted(arm, profile)));
    return text.toString();
  }

  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode facts = root.putObject("run");
    run.forEach(facts::put);
    ArrayNode judged = root.putArray("targets");
    for (Verdict verdict : verdicts()) {
      ObjectNode node = judged.addObject();
      node.put("what", verdict.target().what());
      node.put("wanted", verdict.wanted());
      node.put("state", verdict.state().name());
      node.put("verdict", verdict.text());
      node.put("simulated", verdict.simulated());
      Summary found = verdict.found();
      if (found != null) {
        put(node, found);
      }
    }
    ArrayNode measured = root.putArray("figures");
    for (Figure figure : results.figures()) {
      ObjectNode node = measured.addObject();
      node.put("id", figure.id());
      node.put("unit", figure.unit());
      node.put("simulated", figure.simulated());
      results.summary(figure.id()).ifPresent(summary -> put(node, summary));
      ArrayNode rounds = node.putArray("rounds");
      results
          .rounds(figure.id())
          .forEach((round, value) -> rounds.addObject().put("round", round).put("value", value));
    }
    ObjectNode failed = root.putObject("failures");
    results.failures().forEach(failed::put);
    return root;
  }

  private static void put(ObjectNode node, Summary summary) {
    node.put("median", summary.median());
    node.put("min", summary.min());
    node.put("max", summary.max());
    node.put("count", summary.count());
  }

  /** One bar chart for each unit, one line chart for each arm with points; file name to SVG. */
  private Map<String, String> plots() {
    Map<String, BarChart> bars = new LinkedHashMap<>();
    Map<String, LineChart> lines = new LinkedHashMap<>();
    for (Figure figure : results.figures()) {
      Summary summary = results.summary(figure.id()).orElse(null);
      Figure.Point point = figure.point();
      if (summary != null && point != null) {
        lines
            .computeIfAbsent(
                figure.arm() + " " + figure.unit(),
                key -> new LineChart(figure.arm(), point.axis(), figure.unit()))
            .point(point.series(), point.x(), summary);
      } else if (summary != null && !figure.unit().isEmpty()) {
        bars.computeIfAbsent(figure.unit(), BarChart::new)
            .bar(figure.id() + (figure.simulated() ? " (simulated)" : ""), summary);
      }
    }
    Map<String, String> plots = new LinkedHashMap<>();
    lines.forEach((name, chart) -> plots.put(file(name), chart.svg()));
    bars.forEach((unit, chart) -> plots.put(file(unit), chart.svg()));
    return plots;
  }

  private static String file(String name) {
    return name.replaceAll("[^A-Za-z0-9]+", "-") + ".svg";
  }

  private String value(Figure figure) {
    return results.summary(figure.id()).map(Numbers::shown).orElse("-");
  }

  private static String unit(Figure figure) {
    return figure.simulated() ? figure.unit() + ", simulated" : figure.unit();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace('\n', ' ');
  }
}
