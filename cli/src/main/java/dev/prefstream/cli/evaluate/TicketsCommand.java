package dev.prefstream.cli.evaluate;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.cli.evaluate.statistics.OperatingPoint;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.cli.publish.TicketForm;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.intake.Requests;
import dev.prefstream.intake.Validation;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.Task;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream evaluate tickets}: how well a model tells urgent tickets from others. */
@Command(
    name = "tickets",
    header = "Measure how well a model tells urgent tickets from others.",
    description = {
      "Scores every ticket of a file as the stream would and compares with its field urgent: AUC with a"
          + " 95 %% interval, precision and recall at the threshold, calibration, by product, source and language."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream evaluate tickets examples/labelled-tickets.jsonl",
      "  prefstream evaluate tickets dev.jsonl.gz --model models/ticket-urgency --out report.json",
      "  prefstream evaluate tickets all.csv --sample 1000 --strata technical=0.5,open=0.5"
    })
final class TicketsCommand implements Callable<Integer> {

  private static final List<List<String>> REQUIRED =
      List.of(
          List.of("id", "ticket_id"),
          List.of("subject", "body", "text", "description", "query"),
          List.of("urgent"));

  /** Shares of tickets that specialists may be able to look at. */
  private static final double[] SHARES = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5};

  private static final Map<String, Boolean> TRUTH =
      Map.of("true", true, "1", true, "yes", true, "false", false, "0", false, "no", false);

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Mixin private EvaluationArguments arguments;

  @Mixin private TrackingArguments tracking;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Tickets with the field urgent: .jsonl or .csv, plain or .gz.")
  private Path path;

  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description = "Scores strictly above it count as urgent (default ${DEFAULT-VALUE}).")
  private double threshold = 0.7;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  TicketsCommand() {}

  /** A ticket ready to be scored, and what people say of it. */
  private record Labelled(ScoringRequest request, boolean urgent, Map<String, String> groups)
      implements Rows.Row {

    @Override
    public String id() {
      return request.getContext().getTenantId() + "/" + request.getTicketId();
    }

    @Override
    public Boolean verdict() {
      return urgent;
    }
  }

  @Override
  public Integer call() {
    arguments.check();
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--threshold %s: must be between 0 and 1".formatted(threshold));
    }
    Configuration configuration = configurationArguments.load();
    RowFile file = RowFile.open(path);
    Validation validation = new Validation(configuration.get(IntakeOptions.MAX_TEXT_BYTES));
    Rows<Labelled> rows =
        new Rows<>(
            file,
            REQUIRED,
            row -> text(row, "subject") + "\n" + text(row, "body"),
            (row, stratum) -> labelled(row, stratum, validation));
    try (Judge judge = Judge.open(configuration, arguments.model, Task.TICKET_URGENCY)) {
      List<ScoredTicket> scored = new ArrayList<>();
      Reading reading = rows.judge(arguments, chunk -> score(chunk, judge, scored), scored::size);
      requireBothClasses(scored);
      return report(file, judge, rows, scored, reading);
    }
  }

  private static Labelled labelled(Fields row, Stratum stratum, Validation validation) {
    boolean urgent = urgent(row);
    Map<String, String> groups = Groups.of(row);
    groups.put(Groups.STRATUM, stratum.word());
    Ticket ticket = TicketForm.ticket(row);
    validation.ticket(ticket.getTicketId(), ticket);
    return new Labelled(
        Requests.forTicket(ticket, Map.of(), Instant.EPOCH, Instant.EPOCH), urgent, groups);
  }

  private static boolean urgent(Fields row) {
    JsonNode node = row.take("urgent");
    Boolean truth = node == null ? null : TRUTH.get(node.asText().strip().toLowerCase(Locale.ROOT));
    if (truth == null) {
      throw new PoisonException(INVALID_FIELD, "urgent is neither true nor false");
    }
    return truth;
  }

  private static String text(Fields row, String name) {
    String text = row.text(name);
    return text == null ? "" : text;
  }

  private static List<Integer> score(List<Labelled> chunk, Judge judge, List<ScoredTicket> into) {
    List<Optional<Judgement>> judgements =
        judge.judgeEach(chunk.stream().map(Labelled::request).toList());
    List<Integer> unjudged = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      if (judgements.get(i).isEmpty()) {
        unjudged.add(i);
        continue;
      }
      Judgement judgement = judgements.get(i).get();
      Labelled ticket = chunk.get(i);
      TextStyle style = ticket.request().getStyle();
      into.add(
          new ScoredTicket(
              judgement.score(),
              ticket.urgent(),
              ticket.groups(),
              ResponsePolicy.styleControl(style.getLength(), style.getCodeFence()),
              judgement.truncated()));
    }
    return unjudged;
  }

  private void requireBothClasses(List<ScoredTicket> scored) {
    long urgent = scored.stream().filter(ScoredTicket::urgent).count();
    if (urgent == 0 || urgent == scored.size()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "%s: found %d tickets, all of them %s; expected both urgent and other ones: without both there is nothing to tell apart"
              .formatted(path, scored.size(), urgent == 0 ? "not urgent" : "urgent"));
    }
  }

  private int report(
      RowFile file, Judge judge, Rows<Labelled> rows, List<ScoredTicket> scored, Reading reading) {
    TicketFigures all = TicketFigures.of(scored, threshold, arguments.seed);
    Throughput throughput = judge.throughput();
    ObjectNode report = ReportJson.tickets(all, threshold);
    report.put("truncated", scored.stream().filter(ScoredTicket::truncated).count());
    ReportJson.run(report, judge.identity(), file, throughput, reading);
    TextTable table =
        new TextTable(
            "",
            "n",
            "urgent",
            "AUC (95 %)",
            "avg prec",
            "precision",
            "recall",
            "F1",
            "bal acc",
            "ECE");
    row(table, "all", all);
    ObjectNode by = report.putObject("by");
    for (String key : Groups.ALL) {
      ObjectNode parts = by.putObject(key);
      Groups.by(key, scored, ScoredTicket::groups)
          .forEach(
              (name, own) -> {
                TicketFigures figures = TicketFigures.of(own, threshold, arguments.seed);
                parts.set(name, ReportJson.tickets(figures, threshold));
                if (parts.size() <= Groups.SHOWN) {
                  row(table, key + " " + name, figures);
                }
              });
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s on %s: %,d tickets, %,d urgent (%s), threshold %s%n",
            judge.identity(),
            file.name(),
            all.n(),
            all.positives(),
            Words.percent((double) all.positives() / all.n()),
            threshold));
    Samples.tell(rows.sample(), report, text, arguments.seed);
    text.append('\n').append(table);
    text.append(
        String.format(
            Locale.ROOT,
            "%nat %s: %d called urgent, %d of them rightly; accuracy %s%n"
                + "style: AUC of style alone %s, with style held equal %s%n"
                + "speed: %,.0f rows a second on one thread (%,.0f a core-second, %.0f tokens a row)%n",
            threshold,
            all.confusion().truePositives() + all.confusion().falsePositives(),
            all.confusion().truePositives(),
            Words.figure(all.confusion().accuracy()),
            Words.figure(all.styleAuc()),
            Words.figure(all.aucStyleEqual()),
            throughput.rowsPerSecond(),
            throughput.rowsPerCoreSecond(),
            throughput.tokensPerRow()));
    text.append('\n').append(levels(scored, report));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("threshold", Double.toString(threshold));
    return new Delivery(spec, arguments, tracking)
        .deliver(
            report,
            text.toString(),
            plots(file, judge, scored),
            file,
            judge.identity(),
            reading,
            settings);
  }

  /**
   * Which strictness level calls how many: of use where the threshold calls too few or too many.
   */
  private TextTable levels(List<ScoredTicket> scored, ObjectNode report) {
    double[] scores = scored.stream().mapToDouble(ScoredTicket::score).toArray();
    boolean[] labels = TicketFigures.labels(scored);
    ArrayNode levels = report.putArray("levels");
    TextTable table =
        new TextTable("to call at most", "strictness level", "called", "precision", "recall");
    for (double share : SHARES) {
      OperatingPoint point = OperatingPoint.of(share, scores, labels);
      levels.add(ReportJson.level(point));
      table.row(
          Words.percent(share),
          Words.figure(point.level()),
          Words.count(point.called()),
          Words.figure(point.confusion().precision()),
          Words.figure(point.confusion().recall()));
    }
    return table;
  }

  private Plots plots(RowFile file, Judge judge, List<ScoredTicket> scored) {
    double[] scores = scored.stream().mapToDouble(ScoredTicket::score).toArray();
    boolean[] labels = TicketFigures.labels(scored);
    return new Plots(
            "%s %s on %s".formatted(judge.identity().id(), judge.identity().version(), file.name()))
        .roc("ROC: urgent against other tickets", scores, labels, threshold)
        .reliability("Reliability", "share urgent", scores, labels)
        .histogram("Scores", "urgent", "other", scores, labels);
  }

  private static void row(TextTable table, String name, TicketFigures figures) {
    table.row(
        name,
        Words.count(figures.n()),
        Words.count(figures.positives()),
        Words.figure(figures.auc()),
        Words.figure(figures.averagePrecision()),
        Words.figure(figures.confusion().precision()),
        Words.figure(figures.confusion().recall()),
        Words.figure(figures.confusion().f1()),
        Words.figure(figures.confusion().balancedAccuracy()),
        Words.figure(figures.ece()));
  }
}
