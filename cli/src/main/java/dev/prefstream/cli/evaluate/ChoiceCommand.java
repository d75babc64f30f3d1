package dev.prefstream.cli.evaluate;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;
import static dev.prefstream.runtime.failure.PoisonReason.NOT_A_NUMBER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.cli.evaluate.statistics.Choices;
import dev.prefstream.cli.evaluate.statistics.Estimate;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.intake.Requests;
import dev.prefstream.policy.Candidate;
import dev.prefstream.policy.Preferences;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.Style;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.Task;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream evaluate choice}: how often the policy chooses the response rated best. */
@Command(
    name = "choice",
    header = "Measure how often the policy chooses the response that people rated best.",
    description = {
      "Takes questions with rated responses (query, responses of text and score). Compared: the policy, the"
          + " model's score alone, the longest, the shortest, and one drawn by chance."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  prefstream evaluate choice rated.jsonl.gz --out choice.json"})
final class ChoiceCommand implements Callable<Integer> {

  private static final List<List<String>> REQUIRED =
      List.of(List.of("query", "prompt", "body"), List.of("responses"));

  /** The way to choose that all others are compared with, and so has no lead of its own. */
  private static final String CHANCE = "chance";

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Rows with id, query and responses, each of text and score; .jsonl or .gz.")
  private List<Path> paths;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Folder of a model bundle. Default: the one for this task in scorer.models.")
  private @Nullable Path model;

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the report as JSON.")
  private @Nullable Path out;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  ChoiceCommand() {}

  /** Responses to one question, and how people rated them. */
  private record Question(List<ScoringRequest> responses, double[] ratings) {}

  @Override
  public Integer call() {
    Configuration configuration = configurationArguments.load();
    List<double[]> ratings = new ArrayList<>();
    Map<String, List<double[]>> strengths = new LinkedHashMap<>();
    Readings readings;
    String identity;
    try (Judge judge = Judge.open(configuration, model, Task.RESPONSE_PREFERENCE)) {
      identity = judge.identity().toString();
      readings =
          Readings.read(
              paths,
              REQUIRED,
              row -> {
                Question question = question(row);
                strengths(question, judged(question, judge))
                    .forEach(
                        (way, each) ->
                            strengths.computeIfAbsent(way, w -> new ArrayList<>()).add(each));
                ratings.add(question.ratings());
              });
    }
    Choices random = Choices.of(ratings, ratings.stream().map(r -> new double[r.length]).toList());
    TextTable table =
        new TextTable(
            "chosen by",
            "n",
            "rated best (95 %)",
            "mean rating (95 %)",
            "best, less random (95 %)");
    ObjectNode report = ReportJson.object();
    readings.json(report);
    report.put("model", identity).put("questions", ratings.size());
    ObjectNode ways = report.putObject("chosen_by");
    strengths.put(CHANCE, ratings.stream().map(r -> new double[r.length]).toList());
    strengths.forEach(
        (way, each) -> {
          Choices choices = Choices.of(ratings, each);
          Estimate lead = way.equals(CHANCE) ? Estimate.NONE : choices.bestLess(random);
          table.row(
              way,
              Words.count(ratings.size()),
              Words.figure(choices.shareBest()),
              Words.figure(choices.meanRating()),
              Words.figure(lead));
          ObjectNode node = ways.putObject(way);
          ReportJson.put(node, "best", choices.shareBest());
          ReportJson.put(node, "rating", choices.meanRating());
          ReportJson.put(node, "best_less_random", lead);
        });
    PrintWriter to = spec.commandLine().getOut();
    to.printf(
        Locale.ROOT,
        "%s on %s: %,d questions%n%n%s",
        identity,
        readings.names(),
        ratings.size(),
        table);
    if (ratings.size() == 1) {
      to.printf("%nOne question tells next to nothing: the figures are what happened once.%n");
    }
    if (out != null) {
      ReportJson.write(report, out);
      to.printf("%nreport: %s%n", out);
    }
    to.flush();
    return readings.tell(spec.commandLine().getErr()) ? ExitCode.OK : ExitCode.REFUSED;
  }

  private static List<Judgement> judged(Question question, Judge judge) {
    List<Judgement> judged =
        judge.judgeEach(question.responses()).stream().flatMap(Optional::stream).toList();
    if (judged.size() < question.responses().size()) {
      throw new PoisonException(
          NOT_A_NUMBER, "the model gave a number that is not finite for one of the responses");
    }
    return judged;
  }

  /** What each way of choosing goes by, for each response. */
  private static Map<String, double[]> strengths(Question question, List<Judgement> judged) {
    int n = judged.size();
    double[] policy = new double[n];
    double[] model = new double[n];
    double[] length = new double[n];
    double[] shortness = new double[n];
    for (int i = 0; i < n; i++) {
      ScoringRequest request = question.responses().get(i);
      var style = request.getStyle();
      Candidate candidate =
          new Candidate(
              Integer.toString(i),
              judged.get(i).score(),
              new Style(
                  style.getLength(),
                  style.getCodeFence(),
                  style.getFormality(),
                  style.getDirectness()),
              0);
      ResponseRules rules =
          new ResponseRules(
              Optional.ofNullable(request.getContext().getRegion()), Preferences.DEFAULT, 0, 1);
      policy[i] = ResponsePolicy.judge(candidate, rules).adjusted().value();
      model[i] = judged.get(i).logit();
      length[i] = style.getLength();
      shortness[i] = -style.getLength();
    }
    Map<String, double[]> ways = new LinkedHashMap<>();
    ways.put("policy", policy);
    ways.put("model alone", model);
    ways.put("longest", length);
    ways.put("shortest", shortness);
    return ways;
  }

  private static Question question(Fields row) {
    String text =
        row.has("query") ? row.text("query") : row.text(row.has("prompt") ? "prompt" : "body");
    JsonNode responses = row.take("responses");
    if (responses == null || !responses.isArray() || responses.size() < 2) {
      throw new PoisonException(INVALID_FIELD, "responses: expected an array of two or more");
    }
    String region = row.word("region");
    Ticket ticket =
        Ticket.newBuilder()
            .setTicketId("question")
            .setBody(text == null ? "" : text)
            .setRegion(region == null ? null : region.toUpperCase(Locale.ROOT))
            .build();
    ScoringRequest asked = Requests.forTicket(ticket, Map.of(), Instant.EPOCH, Instant.EPOCH);
    List<ScoringRequest> requests = new ArrayList<>();
    double[] ratings = new double[responses.size()];
    for (int i = 0; i < ratings.length; i++) {
      JsonNode each = responses.get(i);
      if (!each.path("score").isNumber() || each.path("text").asText().isBlank()) {
        throw new PoisonException(INVALID_FIELD, "a response lacks its text or its score");
      }
      ratings[i] = each.get("score").asDouble();
      requests.add(
          Requests.forResponse(
              asked,
              Integer.toString(i),
              each.get("text").asText(),
              Optional.empty(),
              Instant.EPOCH));
    }
    return new Question(requests, ratings);
  }
}
