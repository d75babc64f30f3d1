package dev.prefstream.cli.evaluate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are left out or look wrong, and how they are named. */
class BrokenRowsTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // started before each test
  private UnsteadyModel model;

  @BeforeEach
  void start() throws IOException {
    model = new UnsteadyModel();
  }

  @AfterEach
  void stop() {
    model.close();
  }

  @Test
  void csvRowThatIsNoUtf8IsBrokenAndNamedByItsLine() throws Exception {
    Path file =
        write(
            "latin.csv",
            "id,body,urgent\n1,all is down,true\n2,größer,false\n3,\"two\nlines\",false\n4,für,true\n",
            ISO_8859_1);

    Invocation run = tickets(file);

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains("2 broken lines", "of the 2 others")
        .contains("line 3: the row is not UTF-8", "line 6: the row is not UTF-8");
    assertThat(tickets(write("utf8.csv", Files.readString(file, ISO_8859_1))).exitCode()).isZero();
  }

  @Test
  void csvHeaderThatIsNoUtf8IsRefused() throws Exception {
    Invocation run =
        tickets(write("wide.csv", "id,body,urgent\n1,a,true\n", StandardCharsets.UTF_16LE));

    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("no column id");
    run = tickets(write("latin.csv", "id,body,urgent,größe\n1,a,true,2\n", ISO_8859_1));
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("the header is not UTF-8");
  }

  @Test
  void byteOrderMarkBeforeAQuotedHeaderIsNoPartOfAName() throws Exception {
    Invocation run =
        tickets(
            write(
                "sheet.csv",
                "\uFEFF\"id\",\"body\",\"urgent\"\r\n1,all is down,true\r\n2,how,false\r\n"));

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.out()).contains("2 tickets, 1 urgent");
  }

  @Test
  void csvColumnThatOccursTwiceIsRefusedUnlessItHasNoName() throws Exception {
    Invocation twice = tickets(write("twice.csv", "id,body,urgent,body\n1,a,true,b\n"));
    assertThat(twice.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(twice.err()).contains("has the column body twice");

    Invocation nameless =
        tickets(write("nameless.csv", "id,body,urgent,,\n1,a,true,,\n2,bb,false,,\n"));
    assertThat(nameless.exitCode()).as(nameless.toString()).isZero();
  }

  @Test
  void rowForWhichTheModelGivesNoNumberIsBrokenAndTheOthersAreMeasured() throws Exception {
    StringBuilder rows = new StringBuilder("id,body,urgent\n");
    // Over one chunk, so that places in a chunk are no line numbers.
    IntStream.rangeClosed(1, 300)
        .forEach(
            i ->
                rows.append(
                    "%d,%s,%b\n"
                        .formatted(i, i == 7 || i == 290 ? "nan" : "row " + i, i % 2 == 0)));
    Path out = folder.resolve("report.json");

    Invocation run = tickets(write("nan.csv", rows.toString()), "--out", out.toString());

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains("2 broken lines were left out, the figures are of the 298 others")
        .contains("line 8: the model gave a number that is not finite", "line 291: ");
    JsonNode report = JSON.readTree(out.toFile());
    assertThat(report.get("n").asInt()).isEqualTo(298);
    assertThat(report.at("/broken/numbers").toString()).isEqualTo("[8,291]");

    Invocation none = tickets(write("all.csv", "id,body,urgent\n1,nan,true\n2,nan,false\n"));
    assertThat(none.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(none.err()).contains("all of its 2 lines are broken", "line 2: the model gave");
  }

  @Test
  void pairAndQuestionForWhichTheModelGivesNoNumberAreBroken() throws Exception {
    Path bundle = model.bundle(folder.resolve("preference"), "response-preference", "{response}");
    Path pairs =
        write(
            "pairs.jsonl",
            """
            {"id": "a", "prompt": "How?", "chosen": "Like so.", "rejected": "nan"}
            {"id": "b", "prompt": "How?", "chosen": "Like so.", "rejected": "No."}
            """);
    Path rated =
        write(
            "rated.jsonl",
            """
            {"query": "How?", "responses": [{"text": "So.", "score": 2}, {"text": "Never.", "score": 1}]}
            {"query": "How?", "responses": [{"text": "nan", "score": 2}, {"text": "Never.", "score": 1}]}
            """);

    Invocation ofPairs =
        Invocation.of("evaluate", "preferences", pairs.toString(), "--model", bundle.toString());
    Invocation ofQuestions =
        Invocation.of("evaluate", "choice", rated.toString(), "--model", bundle.toString());

    assertThat(ofPairs.exitCode()).as(ofPairs.toString()).isEqualTo(ExitCode.REFUSED);
    assertThat(ofPairs.out()).contains("1 pairs");
    assertThat(ofPairs.err()).contains("line 1: the model gave a number that is not finite");
    assertThat(ofQuestions.exitCode()).as(ofQuestions.toString()).isEqualTo(ExitCode.REFUSED);
    assertThat(ofQuestions.out()).contains("1 questions");
    assertThat(ofQuestions.err()).contains("line 2: the model gave a number that is not finite");
  }

  @Test
  void everyBrokenLineIsNamed() throws Exception {
    StringBuilder rows = new StringBuilder("compute,loss\n");
    for (int line = 2; line <= 400; line++) {
      rows.append(line == 2 || line % 100 == 0 ? "1e%d,0.5\n".formatted(line / 50 + 15) : "x,y\n");
    }
    Path out = folder.resolve("scaling.json");

    Invocation run =
        Invocation.of(
            "evaluate",
            "scaling",
            write("broken.csv", rows.toString()).toString(),
            "--out",
            out.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains("394 broken lines")
        .contains("lines 3-99, 101-199, 201-299, 301-399; the first of them: line 3: ")
        .contains("line 7: ")
        .doesNotContain("line 8: ");
    JsonNode broken = JSON.readTree(out.toFile()).get("broken");
    assertThat(broken.get("numbers")).hasSize(394);
    assertThat(broken.get("numbers").get(393).asInt()).isEqualTo(399);
    assertThat(broken.get("lines")).hasSize(100);
  }

  @Test
  void rowsThatRepeatAnIdAreCountedAndContradictionsNamed() throws Exception {
    Path out = folder.resolve("report.json");

    Invocation run =
        tickets(
            write(
                "repeated.jsonl",
                """
                {"id": "a", "body": "down", "urgent": true}
                {"id": "b", "body": "how", "urgent": false}
                {"id": "a", "body": "down", "urgent": false}
                {"id": "a", "body": "down", "urgent": true}
                {"id": "a", "body": "down", "urgent": false, "tenant_id": "other"}
                """),
            "--out",
            out.toString());

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.err())
        .contains("warning: ", "rows with an id that a row before them has: 2 (lines 3-4)")
        .contains("1 with another label (line 3)");
    JsonNode report = JSON.readTree(out.toFile());
    assertThat(report.get("n").asInt()).isEqualTo(5);
    assertThat(report.get("repeated_ids").toString())
        .isEqualTo(
            "{\"count\":2,\"numbers\":[3,4],\"contradictory\":1,\"contradictory_numbers\":[3]}");

    Invocation once =
        tickets(
            write("once.csv", "id,body,urgent\n1,a,true\n2,bb,false\n"), "--out", out.toString());
    assertThat(once.err()).isEmpty();
    assertThat(JSON.readTree(out.toFile()).at("/repeated_ids/count").asInt()).isZero();
  }

  private Invocation tickets(Path file, String... more) throws Exception {
    Path bundle = model.bundle(folder.resolve("urgency"), "ticket-urgency", "{subject} {body}");
    String[] arguments = new String[more.length + 5];
    String[] first = {"evaluate", "tickets", file.toString(), "--model", bundle.toString()};
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return Invocation.of(arguments);
  }

  private Path write(String name, String content) throws IOException {
    return write(name, content, StandardCharsets.UTF_8);
  }

  private Path write(String name, String content, Charset charset) throws IOException {
    return Files.writeString(folder.resolve(name), content, charset);
  }
}
