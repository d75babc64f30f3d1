package dev.prefstream.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.cli.evaluate.tracking.TrackingServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on small files, with the shipped bundles. */
class EvaluateTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path MODELS = Path.of("..", "models");

  @TempDir Path folder;

  @Test
  void ticketsGiveAReportAndPlotsUnderTheAgreedKeys() throws Exception {
    Path out = folder.resolve("report.json");

    Invocation run =
        tickets(Path.of("..", "examples", "labelled-tickets.jsonl"), "--out", out.toString());

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("ticket-urgency", "AUC (95 %)", "product ", "rows a second on one thread");
    JsonNode report = JSON.readTree(out.toFile());
    int n = report.get("n").asInt();
    assertThat(n)
        .isEqualTo((int) Files.lines(Path.of("..", "examples", "labelled-tickets.jsonl")).count());
    for (String name :
        List.of(
            "average_precision",
            "accuracy",
            "precision",
            "recall",
            "f1",
            "balanced_accuracy",
            "threshold",
            "ece")) {
      assertThat(report.path(name).isNumber()).as(name).isTrue();
      assertThat(report.get(name).asDouble()).as(name).isBetween(0.0, 1.0);
    }
    assertThat(report.get("threshold").asDouble()).isEqualTo(0.7);
    assertThat(report.at("/auc/low").asDouble())
        .isLessThanOrEqualTo(report.at("/auc/value").asDouble());
    assertThat(report.at("/auc/high").asDouble())
        .isGreaterThanOrEqualTo(report.at("/auc/value").asDouble());
    assertThat(run.out()).contains("to call at most", "strictness level");
    for (JsonNode level : report.get("levels")) {
      assertThat(level.get("called").asInt() / (double) n)
          .isLessThanOrEqualTo(level.get("share").asDouble());
    }
    assertThat(report.at("/throughput/rows_per_core_second").asDouble()).isPositive();
    assertThat(report.at("/model/hash").asText()).hasSize(64);
    for (String key : List.of("product", "source", "language")) {
      int rows = 0;
      for (JsonNode part : report.get("by").get(key)) {
        rows += part.get("n").asInt();
        assertThat(part.has("auc") && part.has("f1") && part.has("ece")).isTrue();
      }
      assertThat(rows).as(key).isEqualTo(n);
    }
    for (String plot : List.of("roc", "reliability", "scores")) {
      Path svg = folder.resolve("report-" + plot + ".svg");
      DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
      assertThat(Files.readString(svg)).contains("<title>", "ticket-urgency");
    }
  }

  @Test
  void sameFileGivesTheSameFiguresAsJsonLinesAsCsvAndCompressed() throws Exception {
    List<String> rows = mixedRows();
    Path plain = write("a.jsonl", String.join("\n", rows));
    Path zipped = folder.resolve("b.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(String.join("\r\n", rows).getBytes(StandardCharsets.UTF_8));
    }
    StringBuilder csv = new StringBuilder("\uFEFFid,subject,body,urgent,product\n");
    for (String row : rows) {
      JsonNode json = JSON.readTree(row);
      csv.append(
          "%s,\"%s\",\"%s\",%s,%s\n"
              .formatted(
                  json.get("id").asText(),
                  json.get("subject").asText(),
                  json.get("body").asText().replace("\"", "\"\""),
                  json.get("urgent").asText(),
                  json.get("product").asText()));
    }
    Path table = write("c.csv", csv.toString());

    List<ObjectNode> reports = new ArrayList<>();
    for (Path file : List.of(plain, zipped, table)) {
      Path out = folder.resolve(file.getFileName() + ".out.json");
      assertThat(tickets(file, "--out", out.toString()).exitCode()).isZero();
      ObjectNode report = (ObjectNode) JSON.readTree(out.toFile());
      report.remove(List.of("throughput", "file"));
      reports.add(report);
    }

    assertThat(reports.get(1)).isEqualTo(reports.get(0));
    assertThat(reports.get(2)).isEqualTo(reports.get(0));
    assertThat(reports.get(0).get("n").asInt()).isEqualTo(rows.size());
  }

  @Test
  void brokenLinesAreNamedAndTheOthersAreMeasured() throws Exception {
    List<String> rows = new ArrayList<>(mixedRows());
    rows.add(2, "{\"id\": \"cut");
    rows.add(4, "{\"id\": \"x\", \"subject\": \"a\", \"body\": \"b\", \"urgent\": \"perhaps\"}");
    rows.add(6, "{\"id\": \"y\", \"subject\": \" \", \"body\": \"\", \"urgent\": true}");
    Path out = folder.resolve("report.json");

    Invocation run =
        tickets(write("broken.jsonl", String.join("\n", rows)), "--out", out.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains("3 broken lines were left out, the figures are of the 24 others")
        .contains("line 3: ", "line 5: urgent is neither true nor false", "line 7: ")
        .doesNotContain("perhaps");
    JsonNode report = JSON.readTree(out.toFile());
    assertThat(report.get("n").asInt()).isEqualTo(24);
    assertThat(report.at("/broken/count").asInt()).isEqualTo(3);
    assertThat(report.at("/broken/lines/1/line").asInt()).isEqualTo(5);
  }

  @Test
  void filesThatCannotBeMeasuredSayWhy() throws Exception {
    List<String> rows = mixedRows();
    assertRefused(tickets(write("empty.jsonl", "\n\n")), ExitCode.FAILED, "holds no rows");
    assertRefused(
        tickets(write("columns.csv", "id,subject,body\n1,a,b\n")),
        ExitCode.FAILED,
        "has no column urgent",
        "found",
        "body",
        "expected");
    assertRefused(
        tickets(
            write(
                "one.jsonl",
                String.join(
                    "\n", rows.stream().filter(row -> row.contains("\"urgent\":false")).toList()))),
        ExitCode.FAILED,
        "all of them not urgent",
        "expected both");
    assertRefused(
        tickets(write("all.jsonl", "no\njson\n")),
        ExitCode.FAILED,
        "all of its 2 lines are broken",
        "line 1");
    assertRefused(
        tickets(write("x.parquet", "PAR1")), ExitCode.USAGE, "no known form", ".jsonl or .csv");
    assertRefused(
        tickets(folder.resolve("none.jsonl")), ExitCode.USAGE, "none.jsonl", "NoSuchFileException");
    assertRefused(
        Invocation.of(
            "evaluate",
            "preferences",
            write("p.jsonl", "{\"id\": 1, \"prompt\": \"a\", \"chosen\": \"b\"}").toString(),
            "--model",
            MODELS.toString()),
        ExitCode.FAILED,
        "has no column rejected");
  }

  @Test
  void foldersThatAreNoBundleSayWhatTheyAre() throws Exception {
    Path file = write("t.jsonl", String.join("\n", mixedRows()));
    Path hub = Files.createDirectory(folder.resolve("hub"));
    Files.writeString(hub.resolve("config.json"), "{\"model_type\": \"t5\"}");

    assertRefused(
        with(file, hub),
        ExitCode.USAGE,
        "Hugging Face model folder without a tokenizer",
        "training/export.py");
    Files.writeString(hub.resolve("tokenizer.json"), "{}");
    assertRefused(
        with(file, hub),
        ExitCode.USAGE,
        "Hugging Face model folder (config.json",
        "training/export.py");
    assertRefused(with(file, folder.resolve("nowhere")), ExitCode.USAGE, "there is no such folder");
    assertRefused(
        with(file, Files.createDirectory(folder.resolve("bare"))),
        ExitCode.FAILED,
        "no bundle.json");
    assertRefused(
        with(file, MODELS.resolve("response-preference")),
        ExitCode.USAGE,
        "[response-preference]",
        "expected one for ticket-urgency");
    Path headless = copy(MODELS.resolve("ticket-urgency"));
    Files.delete(headless.resolve("tokenizer.json"));
    assertRefused(with(file, headless), ExitCode.FAILED, "tokenizer.json is missing");
  }

  @Test
  void wrongSettingsAreRefusedBeforeAnythingIsRead() {
    String file = folder.resolve("none.jsonl").toString();

    assertRefused(
        Invocation.of("evaluate", "tickets", file, "--threshold", "7"),
        ExitCode.USAGE,
        "between 0 and 1");
    assertRefused(
        Invocation.of("evaluate", "tickets", file, "--strata", "open=1"),
        ExitCode.USAGE,
        "--sample N");
    assertRefused(
        Invocation.of("evaluate", "tickets", file, "--sample", "5", "--strata", "open=0.5"),
        ExitCode.USAGE,
        "add up to 0.5");
    assertRefused(
        Invocation.of("evaluate", "tickets", file, "--sample", "5", "--strata", "odd=1"),
        ExitCode.USAGE,
        "'odd'",
        "controversial");
  }

  @Test
  void sampleHoldsTheStrataInTheirSharesAndSaysWhatIsMissing() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(
          "{\"id\": \"t%d\", \"subject\": \"It fails\", \"body\": \"NullPointerException at a.B(C.java:%d)\", \"urgent\": %b}"
              .formatted(i, i, i % 2 == 0));
      rows.add(
          "{\"id\": \"o%d\", \"subject\": \"A question\", \"body\": \"How do I pay %d?\", \"urgent\": %b}"
              .formatted(i, i, i % 3 == 0));
    }
    rows.add(
        "{\"id\": \"c\", \"subject\": \"Divided\", \"body\": \"Should it?\", \"urgent\": true, \"votes\": {\"up\": 12, \"down\": 10}}");
    Path out = folder.resolve("sample.json");

    Invocation run =
        tickets(
            write("s.jsonl", String.join("\n", rows)), "--sample", "50", "--out", out.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("35 technical", "10 open", "1 controversial (wanted 5: there are no more)");
    JsonNode report = JSON.readTree(out.toFile());
    assertThat(report.get("n").asInt()).isEqualTo(46);
    assertThat(report.at("/sample/strata/technical/available").asInt()).isEqualTo(60);
    assertThat(report.at("/by/stratum/technical/n").asInt()).isEqualTo(35);
  }

  @Test
  void preferencesGiveAReportUnderTheAgreedKeysAndTiesCountHalf() throws Exception {
    Path out = folder.resolve("pairs.json");
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      // The model reads the response only: equal answers tie.
      rows.add(
          "{\"id\": %d, \"prompt\": \"Human: How %d?\\n\\nAssistant:\", \"chosen\": \"Like so.\", \"rejected\": \"Like so.\", \"source\": \"%s\"}"
              .formatted(i, i, i % 2 == 0 ? "a" : "b"));
    }
    Path ties = write("ties.jsonl", String.join("\n", rows));

    Invocation tied = preferences(ties, out);

    assertThat(tied.exitCode()).as(tied.toString()).isZero();
    JsonNode report = JSON.readTree(out.toFile());
    assertThat(report.get("ties").asInt()).isEqualTo(6);
    assertThat(report.at("/pairwise_accuracy/value").asDouble()).isEqualTo(0.5);
    assertThat(report.at("/pairwise_accuracy/low").asDouble()).isCloseTo(0.18761, within(1e-4));
    assertThat(report.get("longer_wins").isNull()).isTrue();
    assertThat(report.at("/by/source/a/n").asInt()).isEqualTo(3);

    Invocation real = preferences(Path.of("..", "examples", "preferences.jsonl"), out);

    assertThat(real.exitCode()).isZero();
    report = JSON.readTree(out.toFile());
    assertThat(
            report.get("longer_wins").isNumber()
                && report.get("phi_length").isNumber()
                && report.get("ece").isNumber())
        .isTrue();
    assertThat(report.at("/style/accuracy_style_equal/value").isNumber()).isTrue();
    assertThat(Files.exists(folder.resolve("pairs-reliability.svg"))).isTrue();
  }

  @Test
  void runIsLoggedToATrackingServerAndAServerThatFailsChangesNothing() throws Exception {
    String file = "../examples/scaling.csv";
    Invocation without = Invocation.of("evaluate", "scaling", file);
    try (TrackingServer server = new TrackingServer()) {
      Invocation logged =
          tickets(
              write("t.jsonl", String.join("\n", mixedRows())),
              "--mlflow-tracking-uri",
              server.address(),
              "--mlflow-experiment",
              "urgency");

      assertThat(logged.exitCode()).isZero();
      assertThat(logged.err()).contains("experiment urgency, run run-1");
      TrackingServer.Run run = server.run("run-1");
      assertThat(run.status).isEqualTo("FINISHED");
      assertThat(run.tags)
          .containsEntry("prefstream.model.id", "ticket-urgency")
          .containsKey("prefstream.model.hash");
      assertThat(run.parameters)
          .containsEntry("threshold", "0.7")
          .containsKeys("file.sha256", "model.hash");
      assertThat(run.metrics).containsKeys("auc.value", "ece", "by.product.p0.n");
    }

    for (String address : List.of("http://127.0.0.1:1", "not an address")) {
      Invocation failing =
          Invocation.of("evaluate", "scaling", file, "--mlflow-tracking-uri", address);

      assertThat(failing.exitCode()).isZero();
      assertThat(failing.err()).contains("warning: the run was not logged to " + address);
      assertThat(failing.out()).isEqualTo(without.out());
    }
    for (String address : List.of("http://ada:s3cret@127.0.0.1:1", "http://ada:s3 cret@host")) {
      Invocation failing =
          Invocation.of("evaluate", "scaling", file, "--mlflow-tracking-uri", address);

      assertThat(failing.exitCode()).isZero();
      assertThat(failing.err())
          .contains("warning: the run was not logged to http://")
          .doesNotContain("s3", "cret", "ada");
    }
  }

  private static Invocation tickets(Path file, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "tickets",
                file.toString(),
                "--model",
                MODELS.resolve("ticket-urgency").toString(),
                "--set",
                "scorer.batch.token-budget=1024"));
    arguments.addAll(Arrays.asList(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  private static Invocation preferences(Path file, Path out) {
    return Invocation.of(
        "evaluate",
        "preferences",
        file.toString(),
        "--model",
        MODELS.toString(),
        "--set",
        "scorer.batch.token-budget=1024",
        "--out",
        out.toString());
  }

  private static Invocation with(Path file, Path model) {
    return Invocation.of("evaluate", "tickets", file.toString(), "--model", model.toString());
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path copy(Path bundle) throws IOException {
    Path target = Files.createDirectory(folder.resolve("copy"));
    try (var files = Files.list(bundle)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }

  /** 24 tickets, every second urgent, of three products. */
  private static List<String> mixedRows() {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      rows.add(
          JSON.createObjectNode()
              .put("id", "t" + i)
              .put("subject", i % 2 == 0 ? "All is down since " + i : "How do I print page " + i)
              .put("body", "He said \"please\", größer\nand more, " + i)
              .put("urgent", i % 2 == 0)
              .put("product", "p" + i % 3)
              .toString());
    }
    return rows;
  }

  private static void assertRefused(Invocation run, int exitCode, String... words) {
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(exitCode);
    assertThat(run.err()).startsWith("prefstream: ").contains(words).doesNotContain("unexpected");
    assertThat(run.out()).isEmpty();
  }
}
