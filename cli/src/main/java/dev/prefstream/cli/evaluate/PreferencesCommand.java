package dev.prefstream.cli.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.TextTable;
import dev.prefstream.cli.evaluate.statistics.PairComparison;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.intake.Requests;
import dev.prefstream.intake.Validation;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.Task;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream evaluate preferences}: how often a model prefers what people preferred. */
@Command(
    name = "preferences",
    header = "Measure how often a model prefers the response that people preferred.",
    description = {
      "Scores both responses of every pair as the stream would: pairwise accuracy with a 95 %% interval, how far"
          + " length and style stand in for quality, calibration, by product, source and language."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream evaluate preferences examples/preferences.jsonl",
      "  prefstream evaluate preferences dev.jsonl.gz --model models/response-preference --out report.json"
    })
final class PreferencesCommand implements Callable<Integer> {

  private static final List<List<String>> REQUIRED =
      List.of(List.of("id"), List.of("prompt"), List.of("chosen"), List.of("rejected"));

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Mixin private EvaluationArguments arguments;

  @Mixin private TrackingArguments tracking;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Pairs with id, prompt, chosen and rejected: .jsonl or .csv, plain or .gz.")
  private Path path;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  PreferencesCommand() {}

  /** A pair ready to be scored. */
  private record Pair(ScoringRequest chosen, ScoringRequest rejected, Map<String, String> groups)
      implements Rows.Row {

    /** Of the prompt and both responses, whichever is preferred: a prompt may have many pairs. */
    @Override
    public String id() {
      return chosen.getTicketId() + '\n' + (verdict().hashCode() + text(rejected).hashCode());
    }

    @Override
    public String verdict() {
      return text(chosen);
    }

    private static String text(ScoringRequest response) {
      return String.valueOf(response.getResponseText());
    }
  }

  @Override
  public Integer call() {
    arguments.check();
    Configuration configuration = configurationArguments.load();
    RowFile file = RowFile.open(path);
    Validation validation = new Validation(configuration.get(IntakeOptions.MAX_TEXT_BYTES));
    Rows<Pair> rows =
        new Rows<>(
            file,
            REQUIRED,
            row -> text(row, "prompt") + "\n" + text(row, "chosen") + "\n" + text(row, "rejected"),
            (row, stratum) -> pair(row, stratum, validation));
    try (Judge judge = Judge.open(configuration, arguments.model, Task.RESPONSE_PREFERENCE)) {
      List<ScoredPair> scored = new ArrayList<>();
      Reading reading = rows.judge(arguments, chunk -> score(chunk, judge, scored), scored::size);
      return report(file, judge, rows, scored, reading);
    }
  }

  /** The prompt is the ticket's body: a prompt has no subject. */
  private static Pair pair(Fields row, Stratum stratum, Validation validation) {
    String id = row.id(List.of("id"));
    Ticket ticket =
        Ticket.newBuilder()
            .setTicketId(id)
            .setTenantId("default")
            .setSubject("")
            .setBody(text(row, "prompt"))
            .build();
    validation.ticket(id, ticket);
    ScoringRequest prompt = Requests.forTicket(ticket, Map.of(), Instant.EPOCH, Instant.EPOCH);
    Map<String, String> groups = Groups.of(row);
    groups.put(Groups.STRATUM, stratum.word());
    return new Pair(
        response(prompt, "chosen", row, validation),
        response(prompt, "rejected", row, validation),
        groups);
  }

  private static ScoringRequest response(
      ScoringRequest prompt, String name, Fields row, Validation validation) {
    Response response =
        Response.newBuilder()
            .setResponseId(name)
            .setTicketId(prompt.getTicketId())
            .setText(text(row, name))
            .build();
    try {
      validation.response(prompt.getTicketId(), response);
    } catch (PoisonException e) {
      throw new PoisonException(e.reason(), "%s: %s".formatted(name, e.getMessage()), e);
    }
    return Requests.forResponse(prompt, name, response.getText(), Optional.empty(), Instant.EPOCH);
  }

  private static String text(Fields row, String name) {
    String text = row.text(name);
    if (text == null) {
      throw new PoisonException(PoisonReason.INVALID_FIELD, "there is no " + name);
    }
    return text;
  }

  private static List<Integer> score(List<Pair> chunk, Judge judge, List<ScoredPair> into) {
    List<ScoringRequest> requests = new ArrayList<>();
    for (Pair pair : chunk) {
      requests.add(pair.chosen());
      requests.add(pair.rejected());
    }
    List<Optional<Judgement>> judgements = judge.judgeEach(requests);
    List<Integer> unjudged = new ArrayList<>();
    double temperature = judge.calibration().temperature();
    for (int i = 0; i < chunk.size(); i++) {
      if (judgements.get(2 * i).isEmpty() || judgements.get(2 * i + 1).isEmpty()) {
        unjudged.add(i);
        continue;
      }
      Judgement chosen = judgements.get(2 * i).get();
      Judgement rejected = judgements.get(2 * i + 1).get();
      TextStyle chosenStyle = chunk.get(i).chosen().getStyle();
      TextStyle rejectedStyle = chunk.get(i).rejected().getStyle();
      into.add(
          new ScoredPair(
              new PairComparison(
                  (chosen.logit() - rejected.logit()) / temperature,
                  chosenStyle.getLength(),
                  rejectedStyle.getLength(),
                  control(chosenStyle) - control(rejectedStyle)),
              chosen.score(),
              rejected.score(),
              chosen.score() * control(chosenStyle) - rejected.score() * control(rejectedStyle),
              chunk.get(i).groups(),
              chosen.truncated() || rejected.truncated()));
    }
    return unjudged;
  }

  private static double control(TextStyle style) {
    return ResponsePolicy.styleControl(style.getLength(), style.getCodeFence());
  }

  private int report(
      RowFile file, Judge judge, Rows<Pair> rows, List<ScoredPair> scored, Reading reading) {
    PairFigures all = PairFigures.of(scored, arguments.seed);
    Throughput throughput = judge.throughput();
    ObjectNode report = ReportJson.pairs(all);
    report.put("truncated", scored.stream().filter(ScoredPair::truncated).count());
    ReportJson.run(report, judge.identity(), file, throughput, reading);
    TextTable table =
        new TextTable(
            "",
            "pairs",
            "accuracy (95 %)",
            "ties",
            "longer wins",
            "longer chosen",
            "phi length",
            "style equal",
            "ECE");
    row(table, "all", all);
    ObjectNode by = report.putObject("by");
    for (String key : Groups.ALL) {
      ObjectNode parts = by.putObject(key);
      Groups.by(key, scored, ScoredPair::groups)
          .forEach(
              (name, own) -> {
                PairFigures figures = PairFigures.of(own, arguments.seed);
                parts.set(name, ReportJson.pairs(figures));
                if (parts.size() <= Groups.SHOWN) {
                  row(table, key + " " + name, figures);
                }
              });
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%s on %s: %,d pairs%n", judge.identity(), file.name(), all.n()));
    Samples.tell(rows.sample(), report, text, arguments.seed);
    text.append('\n').append(table);
    text.append(
        String.format(
            Locale.ROOT,
            "%nstyle: accuracy of style alone %s, where style is equal %s on %,d pairs, style balanced %s, score times style control %s%n"
                + "speed: %,.0f rows a second on one thread (%,.0f a core-second, %.0f tokens a row; a pair is two rows)%n",
            Words.figure(all.styleAlone().value()),
            Words.figure(all.styleEqual()),
            all.styleEqualPairs(),
            Words.figure(all.styleBalanced()),
            Words.figure(all.controlled().value()),
            throughput.rowsPerSecond(),
            throughput.rowsPerCoreSecond(),
            throughput.tokensPerRow()));
    return new Delivery(spec, arguments, tracking)
        .deliver(
            report,
            text.toString(),
            plots(file, judge, scored),
            file,
            judge.identity(),
            reading,
            Map.of());
  }

  private static Plots plots(RowFile file, Judge judge, List<ScoredPair> scored) {
    double[] scores =
        PairFigures.both(
            scored.stream().mapToDouble(ScoredPair::chosenScore),
            scored.stream().mapToDouble(ScoredPair::rejectedScore));
    boolean[] chosen = PairFigures.chosenFirst(scored.size());
    return new Plots(
            "%s %s on %s".formatted(judge.identity().id(), judge.identity().version(), file.name()))
        .roc("ROC: chosen against rejected, over all prompts", scores, chosen, Double.NaN)
        .reliability(
            "Reliability of pairs", "share chosen", PairFigures.winProbabilities(scored), chosen)
        .histogram("Scores", "chosen", "rejected", scores, chosen);
  }

  private static void row(TextTable table, String name, PairFigures figures) {
    table.row(
        name,
        Words.count(figures.n()),
        Words.figure(figures.accuracy()),
        Words.count(figures.ties()),
        Words.figure(figures.longerWins().value()),
        Words.figure(figures.longerChosen().value()),
        Words.figure(figures.phiLength()),
        Words.figure(figures.styleEqual()),
        Words.figure(figures.ece()));
  }
}
