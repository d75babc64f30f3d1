package dev.prefstream.cli.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectCommandTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void aColumnThatJumpsAtRow300() throws IOException {
    Random random = new Random(8);
    file = folder.resolve("history.csv");
    String rows =
        IntStream.range(0, 600)
            .mapToObj(i -> i + "," + ((i < 300 ? 0 : 4) + random.nextGaussian()) + "\n")
            .collect(Collectors.joining());
    Files.writeString(file, "t,value\n" + rows);
  }

  private Path with(String text) throws IOException {
    return Files.writeString(folder.resolve("other.csv"), text);
  }

  private static Invocation detect(Path csv, String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "detect";
    all[1] = csv.toString();
    System.arraycopy(more, 0, all, 2, more.length);
    return Invocation.of(all);
  }

  @Test
  void writesAlarmsAsJsonTableAndPlot() throws IOException {
    Path json = folder.resolve("deep/alarms.json");
    Path svg = folder.resolve("plot.svg");

    Invocation done =
        detect(file, "--column", "value", "--out", json.toString(), "--plot", svg.toString());

    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out()).contains("600 rows, 1 alarm", "scan-mean", "THRESHOLD");
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertThat(root.get("rows").asInt()).isEqualTo(600);
    assertThat(root.get("alarms")).hasSize(1);
    JsonNode alarm = root.get("alarms").get(0);
    assertThat(alarm.get("row").asInt()).isBetween(300, 310);
    assertThat(alarm.get("detector").asText()).isEqualTo("scan-mean");
    assertThat(alarm.get("statistic").asDouble()).isGreaterThan(alarm.get("threshold").asDouble());
    assertThat(Files.readString(svg))
        .startsWith("<svg")
        .contains("row " + alarm.get("row"), ">alarm, shaded: since when<", ">500<", ">0<")
        .doesNotContain("known change");
  }

  @Test
  void theAxesOfAPlotAreNumberedInRoundNumbersWithoutPowersOfTen() throws IOException {
    Path large = with("value\n" + "67630\n138700\n".repeat(600));
    Path svg = folder.resolve("large.svg");

    detect(large, "--column", "value", "--plot", svg.toString());

    assertThat(Files.readString(svg))
        .contains(">80,000<", ">100,000<", ">120,000<", ">200<", ">1,000<", ">row<")
        .doesNotContain("e+", ">0.000<");
  }

  @Test
  void runsTheDetectorsThatAreNamed() {
    Invocation done =
        detect(
            file,
            "--column",
            "value",
            "--detector",
            "cusum-mean",
            "--detector",
            "kswin",
            "--reference",
            "200",
            "--arl",
            "10000");

    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out()).contains("cusum-mean", "kswin").doesNotContain("scan-");
  }

  @Test
  void aLongerRunLengthAsksForMore() throws IOException {
    assertThat(thresholdAt("1000000")).isGreaterThan(1.5 * thresholdAt("1000"));
  }

  private double thresholdAt(String runLength) throws IOException {
    Path json = folder.resolve("alarms-" + runLength + ".json");
    detect(
        file,
        "--column",
        "value",
        "--detector",
        "cusum-mean",
        "--arl",
        runLength,
        "--out",
        json.toString());
    return new ObjectMapper()
        .readTree(json.toFile())
        .get("alarms")
        .get(0)
        .get("threshold")
        .asDouble();
  }

  @Test
  void passesOverGapsAndCountsThem() throws IOException {
    Path gaps = with("a;value\n" + "x;1.5\n;\nx\nx;NaN\n".repeat(30));

    Invocation done = detect(gaps, "--column", "value");

    assertThat(done.exitCode()).isZero();
    assertThat(done.out()).contains("120 rows, no alarm");
    assertThat(done.err()).contains("passed over 90 rows without a number");
  }

  @Test
  void saysThatTheValuesWander() throws IOException {
    Random random = new Random(1);
    StringBuilder walk = new StringBuilder("value\n");
    double value = 0;
    for (int i = 0; i < 500; i++) {
      walk.append(value += random.nextGaussian()).append('\n');
    }

    assertThat(detect(with(walk.toString()), "--column", "value").err())
        .contains("value wanders as a random walk does");
    assertThat(detect(file, "--column", "value").err()).isEmpty();
  }

  @Test
  void saysWhichRowsHoldText() throws IOException {
    Path text = with("value\n" + "1\n2\noops\n".repeat(20));

    Invocation done = detect(text, "--column", "value");

    assertThat(done.exitCode()).isEqualTo(4);
    assertThat(done.out()).contains("60 rows, no alarm");
    assertThat(done.err())
        .contains("passed over 20 rows whose value is no number, the first is row 2");
  }

  @Test
  void refusesAReferenceThatLeavesNothingToWatch() {
    Invocation done = detect(file, "--column", "value", "--reference", "600");

    assertThat(done.exitCode()).isEqualTo(2);
    assertThat(done.out()).isEmpty();
    assertThat(done.err())
        .contains("found 600 numbers, expected more than the 600 that are taken for good");
  }

  @Test
  void anEmptyLineIsARowWithoutANumberInAFileOfOneColumn() throws IOException {
    String flat = "1\n1.1\n".repeat(150) + "\n".repeat(10);
    Path gaps = with("value\n" + flat + "9\n9.1\n".repeat(50));

    Invocation done = detect(gaps, "--column", "value");

    assertThat(done.out()).contains("410 rows, 1 alarm");
    assertThat(done.out().lines().skip(2).findFirst().orElseThrow())
        .as("its row is counted with the gaps")
        .startsWith("31");
    assertThat(done.err()).contains("passed over 10 rows without a number");
  }

  @Test
  void emptyLinesAtTheEndOfAFileAreNoRows() throws IOException {
    for (String end : new String[] {"", "\n", "\n\n\n"}) {
      Invocation done = detect(with("value\n" + "1\n".repeat(40) + "2" + end), "--column", "value");

      assertThat(done.out()).contains("41 rows");
      assertThat(done.err()).doesNotContain("passed over");
    }
  }

  @Test
  void anEmptyLineIsNoRowWhereRowsHaveMoreFields() throws IOException {
    Invocation done = detect(with("a,value\n" + "x,1\n\n".repeat(40)), "--column", "value");

    assertThat(done.out()).contains("40 rows");
    assertThat(done.err()).doesNotContain("passed over");
  }

  @Test
  void quotedFieldsMayHoldSeparatorsQuotesAndLineEnds() throws IOException {
    String row = "\"Dear all,\nit is \"\"down\"\";\r\n\r\nbye\",%d,x\n";
    StringBuilder rows = new StringBuilder("\"the text\nof it\",value,more\n");
    for (int i = 0; i < 50; i++) {
      rows.append(row.formatted(i % 3));
    }

    Invocation done = detect(with(rows.toString()), "--column", "value");

    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.out()).contains("50 rows");
    assertThat(done.err()).doesNotContain("passed over");

    Invocation unclosed = detect(with("a,value\nx,1\n\"x,2\nx,3\n"), "--column", "value");
    assertThat(unclosed.exitCode()).isEqualTo(2);
    assertThat(unclosed.err()).contains("is no CSV", "end each quote");
  }

  @Test
  void byteOrderMarkBeforeAQuotedHeaderIsNoPartOfAName() throws IOException {
    Path sheet = with("\uFEFF\"v; of it\";b\n" + "1;x\n2;y\n".repeat(20));

    Invocation done = detect(sheet, "--column", "v; of it");

    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.out()).contains("40 rows");
  }

  @Test
  void whatOnlyJavaCallsANumberIsText() throws IOException {
    Invocation done =
        detect(
            with("v\n" + "1\n -2.5e-3 \n+.5\n3.\n".repeat(10) + "5d\n3f\n0x1p3\nInfinity\n"),
            "--column",
            "v");

    assertThat(done.exitCode()).isEqualTo(4);
    assertThat(done.out()).contains("44 rows");
    assertThat(done.err()).contains("4 rows");
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    assertThat(detect(file, "--column", "margin").err())
        .contains("no column margin, expected one of [t, value]");
    assertThat(detect(file).err()).contains("--column");
    assertThat(detect(folder.resolve("none.csv"), "--column", "v").err()).contains("no such file");
    assertThat(detect(with(""), "--column", "v").err()).contains("is empty");
    Path latin =
        Files.write(folder.resolve("latin.csv"), new byte[] {'v', '\n', (byte) 0xF6, '\n'});
    assertThat(detect(latin, "--column", "v").err()).contains("is not UTF-8");
    assertThat(detect(with("v\n"), "--column", "v").err()).contains("no rows");
    assertThat(detect(with("v,w,v\n1,2,3\n"), "--column", "v").err()).contains("v twice");
    assertThat(detect(with("v\na\nb\n"), "--column", "v").err()).contains("no number in 2 rows");
    assertThat(detect(file, "--column", "value", "--detector", "magic").err()).contains("magic");
    assertThat(detect(file, "--column", "value", "--reference", "3").err()).contains("30");
    assertThat(detect(with("v\na\n"), "--column", "v").exitCode()).isEqualTo(2);
  }

  @Test
  void oneRowGivesNoAlarmAndSaysWhy() throws IOException {
    Invocation done = detect(with("v\n3\n"), "--column", "v");

    assertThat(done.exitCode()).isZero();
    assertThat(done.out()).contains("1 rows, no alarm");
    assertThat(done.err()).contains("found 1 numbers, expected at least 24");
  }

  @Test
  void measuresFilesWhoseChangesAreKnown() throws IOException {
    Path truth = folder.resolve("truth.json");
    Files.writeString(
        truth, "{\"history.csv\": {\"columns\": [\"t\", \"value\"], \"change_points\": [300]}}");

    Invocation done =
        detect(folder, "--truth", truth.toString(), "--out", folder.resolve("out").toString());

    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out()).contains("| history | value | 1 of 1, delay ");
    assertThat(done.out().split("By every alarm:"))
        .as("counted both ways for every detector")
        .hasSize(2)
        .allSatisfy(
            table -> assertThat(table).contains("| default | adwin | page-hinkley | kswin |"));
    assertThat(folder.resolve("out/history.svg")).exists();
    assertThat(folder.resolve("out/streams.md")).content().isEqualTo(done.out());
  }
}
