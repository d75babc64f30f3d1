package dev.prefstream.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.cli.evaluate.statistics.Choices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures of the guards and of the policy's choice, on files whose figures are known. */
class MeasuresTest {

  private static final String MODEL = "../models/response-preference";

  @TempDir private Path folder;

  @Test
  void countsSlotsMaskedWholeAndTextsMaskedForNothing() throws IOException {
    JsonNode report =
        report(
            "masking",
            """
            {"text": "write to anna@example.org please", "slots": "O O email_address O"}
            {"text": "it is nobody", "slots": "O O email_address"}
            {"text": "my password is hunter2", "slots": "O O O password"}
            {"text": "all is well", "slots": "O O O"}
            {"text": "call +49 30 12345678 now", "slots": "O O O O O"}
            {"text": "two tags", "slots": "O"}
            {"text": "anna@example.org"}
            """,
            ExitCode.REFUSED);

    assertThat(report.at("/slots/email_address/n").asInt()).isEqualTo(2);
    assertThat(report.at("/slots/email_address/recall/value").asDouble()).isEqualTo(0.5);
    assertThat(report.at("/slots/password: named before it/recall/value").asDouble()).isEqualTo(1);
    assertThat(report.at("/without_slot/texts").asInt()).isEqualTo(2);
    assertThat(report.at("/without_slot/masked").asInt()).isEqualTo(1);
    assertThat(report.at("/unmarked/masked").asInt()).isEqualTo(1);
    assertThat(report.at("/files/0/broken/count").asInt()).isEqualTo(1);
  }

  @Test
  void asksBeforeEachTextAndDoesNotCountTheQuestion() throws IOException {
    String rows =
        """
        {"text": "nani 54585", "slots": "name password"}
        {"text": "hello there", "slots": "O O"}
        {"subject": "mail", "body": "please write it to anna@example.org some time today"}
        """;

    JsonNode unasked = report("masking", rows, ExitCode.OK);
    JsonNode asked =
        report("masking", rows, ExitCode.OK, "--asked", "Please send a@b.org your password:");

    assertThat(unasked.at("/slots/password/recall/value").asDouble()).isZero();
    assertThat(asked.at("/slots/password/recall/value").asDouble()).isEqualTo(1);
    assertThat(asked.at("/without_slot/masked").asInt()).isZero();
    assertThat(asked.at("/unmarked/items")).isEqualTo(unasked.at("/unmarked/items"));
    assertThat(asked.at("/unmarked/items/EMAIL").asInt()).isEqualTo(1);
  }

  @Test
  void holdsBackInventionsAndLetsGenuineAnswersGo() throws IOException {
    JsonNode report =
        report(
            "fabrication",
            """
            {"query": "How do I reset it?", "response": "Hold the button. Then wait."}
            {"prompt": "Is it open?", "chosen": "It is. Come in."}
            """,
            ExitCode.OK);

    assertThat(report.at("/held_back/genuine/0.4/value").asDouble()).isZero();
    for (String kind :
        List.of("link", "path", "error_code", "version", "function", "phone", "port")) {
      assertThat(report.at("/held_back/one " + kind + "/0.4/value").asDouble())
          .as(kind)
          .isEqualTo(1);
    }
    for (String kind : List.of("round_duration", "percentage", "date", "name")) {
      JsonNode missed = report.at("/held_back/one " + kind + "/0.4/value");
      assertThat(missed.isNumber()).as(kind).isTrue();
      assertThat(missed.asDouble()).as(kind).isZero();
    }
  }

  @Test
  void sharesAChoiceAmongEquallyStrongResponses() {
    List<double[]> rated = List.of(new double[] {1, 4, 4}, new double[] {2, 1, 1});

    Choices chance = Choices.of(rated, List.of(new double[3], new double[3]));
    Choices last = Choices.of(rated, List.of(new double[] {0, 0, 1}, new double[] {0, 0, 1}));

    assertThat(chance.best()).containsExactly(new double[] {2 / 3.0, 1 / 3.0}, within(1e-12));
    assertThat(chance.ratings()).containsExactly(new double[] {3, 4 / 3.0}, within(1e-12));
    assertThat(last.best()).containsExactly(1, 0);
    assertThat(last.bestLess(chance).value()).isCloseTo(0, within(1e-12));
  }

  @Test
  void oneQuestionTellsNextToNothing() throws IOException {
    Path file = folder.resolve("rated.jsonl");
    Path out = folder.resolve("choice.json");
    Files.writeString(
        file,
        """
        {"query": "How?", "responses": [{"text": "Hold the button for long.", "score": 4}, {"text": "No.", "score": 1}]}
        """);

    Invocation run = choice(file, "--out", out.toString());

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).contains("One question tells next to nothing");
    JsonNode ways = new JsonMapper().readTree(out.toFile()).path("chosen_by");
    assertThat(ways.at("/longest/best/value").asDouble()).isEqualTo(1);
    assertThat(ways.at("/longest/best/low").asDouble()).isCloseTo(0.20654, within(1e-4));
    assertThat(ways.at("/longest/best_less_random/value").asDouble()).isEqualTo(0.5);
    assertThat(ways.at("/longest/best_less_random/low").asDouble()).isEqualTo(-1);
    assertThat(ways.at("/longest/best_less_random/high").asDouble()).isEqualTo(1);
    assertThat(ways.at("/chance/best_less_random/value").isNull()).isTrue();
  }

  @Test
  void noQuestionGivesNoReport() throws IOException {
    Path file = folder.resolve("rated.jsonl");
    Files.writeString(file, "");

    Invocation run = choice(file);

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("holds no rows");
  }

  private static Invocation choice(Path file, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "choice", file.toString(), "--model", MODEL));
    arguments.addAll(List.of(options));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  private JsonNode report(String measure, String rows, int exitCode, String... options)
      throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Path out = folder.resolve("report.json");
    Files.writeString(file, rows);
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", measure, file.toString(), "--out", out.toString()));
    arguments.addAll(List.of(options));
    Invocation run = Invocation.of(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(exitCode);
    return new JsonMapper().readTree(out.toFile());
  }
}
