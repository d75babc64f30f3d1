package dev.prefstream.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  @Test
  void writesTheSameFiguresForPeopleAndPrograms() throws IOException {
    report().write(folder);

    JsonNode json = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
    assertThat(json.at("/run/machine").asText()).isEqualTo("a test");
    assertThat(json.at("/figures/0/id").asText()).isEqualTo("ours.rate");
    assertThat(json.at("/figures/0/median").asDouble()).isEqualTo(1250);
    assertThat(json.at("/figures/0/rounds/1/value").asDouble()).isEqualTo(1500);
    assertThat(json.at("/targets/0/state").asText()).isEqualTo("MET");
    assertThat(json.at("/failures/theirs").asText()).isEqualTo("broke");
    String markdown = Files.readString(folder.resolve("results.md"));
    assertThat(markdown)
        .contains("| ours.rate | 1,250 (1,000..1,500) | rows/s |")
        .contains("| ours | ≥ 1,000 | 1,250 (1,000..1,500) | met |")
        .contains("- theirs: broke")
        .contains("![rows-s.svg](rows-s.svg)");
    assertThat(report().table()).contains("1,250 (1,000..1,500)");
  }

  @Test
  void drawsAPointOfEachSeriesAndSaysWhereTimeGoes() throws Exception {
    report().write(folder);

    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("load-ms.svg").toFile())
                .getElementsByTagName("circle")
                .getLength())
        .isEqualTo(3);
    assertThat(Files.readString(folder.resolve("results.md")))
        .contains("## Where the time of theirs goes\n\nIt waits.")
        .contains("| load.p99@0.500 | 30 (20..40) | ms |");
  }

  @Test
  void namesTheArmsOfMissedTargets() {
    Results results = new Results();
    results.record(Figure.of("ours.rate", "rows/s"), 1, 1);
    results.record(Figure.of("theirs.rate", "rows/s"), 1, 2);
    Target missed =
        Target.ratio("ours / theirs", Target.Bound.AT_LEAST, 0.9, "ours.rate", "theirs.rate");
    Target met = Target.figure("theirs", Target.Bound.AT_LEAST, 1, "theirs.rate");

    assertThat(new Report(Map.of(), results, List.of(missed, met), Map.of()).missed())
        .containsExactly("ours", "theirs");
    assertThat(new Report(Map.of(), results, List.of(met), Map.of()).missed()).isEmpty();
  }

  @Test
  void drawsPlotsThatParse() throws Exception {
    report().write(folder);

    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("rows-s.svg").toFile())
                .getElementsByTagName("rect")
                .getLength())
        .isEqualTo(2);
  }

  private static Report report() {
    Results results = new Results();
    Figure figure = Figure.of("ours.rate", "rows/s");
    results.record(figure, 1, 1000);
    results.record(figure, 2, 1500);
    results.failed("theirs", "broke");
    for (double x : new double[] {0.25, 0.5}) {
      Figure point =
          Figure.point("load", new Figure.Point("p99", "share of the saturating rate", x), "ms");
      results.record(point, 1, x * 40);
      results.record(point, 2, x * 80);
    }
    results.record(
        Figure.point("load", new Figure.Point("p50", "share of the saturating rate", 0.25), "ms"),
        1,
        5);
    return new Report(
        Map.of("machine", "a test"),
        results,
        List.of(Target.figure("ours", Target.Bound.AT_LEAST, 1000, "ours.rate")),
        Map.of("theirs", "It waits.\n"));
  }
}
