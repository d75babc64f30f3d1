package dev.prefstream.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.cli.evaluate.statistics.Estimate;
import dev.prefstream.cli.evaluate.statistics.Wilson;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.intake.fabrication.FabricationGuard;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream evaluate fabrication}: what the fabrication guard holds back. */
@Command(
    name = "fabrication",
    header =
        "Measure how many corrupted answers the fabrication guard holds back, and genuine ones.",
    description = {
      "Takes dialogues (history, query, response) or pairs (prompt, chosen). Each answer is checked as it is,"
          + " with one and with three inventions put in, and against the question of another row."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream evaluate fabrication examples/preferences.jsonl",
      "  prefstream evaluate fabrication hh_helpful_train.jsonl.gz dev.jsonl.gz --out fabrication.json"
    })
final class FabricationCommand implements Callable<Integer> {

  private static final List<List<String>> REQUIRED =
      List.of(List.of("query", "prompt"), List.of("response", "chosen"));

  private static final List<Double> LEVELS = List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7);
  private static final int MANY = 3;

  private static final List<Corruption> KNOWN =
      Stream.of(Corruption.values()).filter(Corruption::known).toList();

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Rows with history, query and response, or prompt and chosen; .jsonl or .gz.")
  private List<Path> paths;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the inventions (default 7).")
  private long seed = 7;

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the report as JSON.")
  private @Nullable Path out;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  FabricationCommand() {}

  /** A question and a genuine answer to it. */
  private record Answer(String source, String text) {}

  /** An answer and the guard that knows its question. */
  private record Guarded(FabricationGuard guard, String text) {}

  @Override
  public Integer call() {
    double level = configurationArguments.load().get(DecisionOptions.MAX_FABRICATION_RISK);
    Set<Answer> distinct = new LinkedHashSet<>();
    Readings readings = Readings.read(paths, REQUIRED, row -> distinct.add(answer(row)));
    List<Guarded> answers =
        distinct.stream()
            .map(each -> new Guarded(FabricationGuard.of(each.source(), List.of()), each.text()))
            .toList();
    Map<String, List<Double>> risks = risks(answers, new Random(seed));
    PrintWriter to = spec.commandLine().getOut();
    to.print(text(readings, distinct.size(), risks, level));
    if (out != null) {
      ReportJson.write(json(readings, distinct.size(), risks, level), out);
      to.printf("%nreport: %s%n", out);
    }
    to.flush();
    return readings.tell(spec.commandLine().getErr()) ? ExitCode.OK : ExitCode.REFUSED;
  }

  private static Answer answer(Fields row) {
    StringBuilder source = new StringBuilder();
    JsonNode history = row.take("history");
    if (history != null) {
      history.forEach(turn -> source.append(turn.path("text").asText()).append('\n'));
    }
    String question = row.has("query") ? row.text("query") : row.text("prompt");
    String answer = row.has("response") ? row.text("response") : row.text("chosen");
    if (answer == null || answer.isBlank()) {
      throw new PoisonException(PoisonReason.EMPTY_TEXT, "the answer is blank");
    }
    return new Answer(source.append(question).toString(), answer);
  }

  /** Risks by what was done to the answers, in the order of the table. */
  private static Map<String, List<Double>> risks(List<Guarded> answers, Random random) {
    Map<String, List<Double>> risks = new LinkedHashMap<>();
    risks.put("genuine", each(answers, Guarded::text));
    risks.put("one invention", each(answers, a -> corrupted(a.text(), 1, random)));
    risks.put("three inventions", each(answers, a -> corrupted(a.text(), MANY, random)));
    for (Corruption kind : Corruption.values()) {
      risks.put(
          "one %s%s".formatted(kind.name().toLowerCase(Locale.ROOT), kind.known() ? "" : " *"),
          each(answers, a -> Corruption.insert(a.text(), kind.sentence(random), random)));
    }
    List<Double> foreign = new ArrayList<>();
    List<Double> foreignSpecific = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      FabricationGuard.Finding finding =
          answers
              .get((i + answers.size() / 2) % answers.size())
              .guard()
              .check(answers.get(i).text());
      foreign.add(finding.risk());
      if (finding.stated() > 0) {
        foreignSpecific.add(finding.risk());
      }
    }
    risks.put("answer to another question", foreign);
    risks.put("  of these, with a specific", foreignSpecific);
    return risks;
  }

  private static List<Double> each(List<Guarded> answers, Function<Guarded, String> corrupt) {
    return answers.stream()
        .map(answer -> answer.guard().check(corrupt.apply(answer)).risk())
        .toList();
  }

  /** With inventions of kinds that are drawn by chance among those the guard knows. */
  private static String corrupted(String answer, int inventions, Random random) {
    String text = answer;
    for (int i = 0; i < inventions; i++) {
      Corruption kind = KNOWN.get(random.nextInt(KNOWN.size()));
      text = Corruption.insert(text, kind.sentence(random), random);
    }
    return text;
  }

  private static String text(
      Readings readings, int answers, Map<String, List<Double>> risks, double level) {
    List<Double> levels = levels(level);
    TextTable table =
        new TextTable(
            Stream.concat(
                    Stream.of("held back above", "n", level + " (95 %)"),
                    levels.stream().map(String::valueOf))
                .toArray(String[]::new));
    risks.forEach(
        (name, each) ->
            table.row(
                Stream.concat(
                        Stream.of(
                            name, Words.count(each.size()), Words.figure(heldBack(each, level))),
                        levels.stream().map(at -> Words.figure(heldBack(each, at).value())))
                    .toArray(String[]::new)));
    return String.format(
        Locale.ROOT,
        "%s: %,d different answers%n%n%s%n* inventions that the guard does not look for, or that weigh little%n",
        readings.names(),
        answers,
        table);
  }

  private ObjectNode json(
      Readings readings, int answers, Map<String, List<Double>> risks, double level) {
    ObjectNode report = ReportJson.object();
    readings.json(report);
    report.put("answers", answers).put("seed", seed).put("level", level);
    ObjectNode rows = report.putObject("held_back");
    risks.forEach(
        (name, each) -> {
          ObjectNode row = rows.putObject(name.replace("*", "").strip()).put("n", each.size());
          for (double at : levels(level)) {
            ReportJson.put(row, Double.toString(at), heldBack(each, at));
          }
        });
    return report;
  }

  private static List<Double> levels(double level) {
    Set<Double> levels = new TreeSet<>(LEVELS);
    levels.add(level);
    return List.copyOf(levels);
  }

  private static Estimate heldBack(List<Double> risks, double level) {
    return Wilson.share(risks.stream().filter(risk -> risk > level).count(), risks.size());
  }
}
