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
    return new Report(
        Map.of("machine", "a test"),
        results,
        List.of(Target.figure("ours", Target.Bound.AT_LEAST, 1000, "ours.rate")));
  }
}
