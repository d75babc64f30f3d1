package dev.prefstream.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingCommandTest {

  @TempDir Path folder;

  @Test
  void scalingOfThreePointsIsToldWithItsDoubts() throws Exception {
    Path out = folder.resolve("scaling.json");

    Invocation run =
        Invocation.of(
            "evaluate",
            "scaling",
            "../examples/scaling.csv",
            "--at",
            "1e20",
            "--out",
            out.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "alpha  0.1001", "0.0753 to 0.1249", "1 degree of freedom", "A floor cannot be told");
    JsonNode report = new JsonMapper().readTree(out.toFile());
    assertThat(report.at("/power_law/alpha/value").asDouble()).isCloseTo(0.100065, within(1e-6));
    assertThat(report.get("power_law_with_floor").isNull()).isTrue();
    assertThat(report.at("/extrapolated/0/loss/low").asDouble()).isBetween(0.48, 0.49);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(folder.resolve("scaling.svg").toFile());
  }

  @Test
  void scalingRefusesWhatNoLawFits() throws Exception {
    assertRefused(
        scaling(write("one.csv", "compute,loss\n1e18,0.5\n")),
        ExitCode.FAILED,
        "1 usable points",
        "two at least");
    assertRefused(
        scaling(write("column.csv", "flops,loss\n1e18,0.5\n")),
        ExitCode.FAILED,
        "has no column compute");
    assertRefused(scaling(write("none.csv", "compute,loss\n")), ExitCode.FAILED, "holds no rows");
    Invocation some =
        scaling(
            write(
                "some.csv",
                "compute,loss\n1e18,0.9\n1e19,-1\n1e20,x\n1e21,0.5,3\n1e22,0.4\n1e23,0.3\n"));
    assertThat(some.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(some.err())
        .contains(
            "3 broken lines",
            "line 3: loss must be a number above 0",
            "line 4: loss is no number",
            "line 5: found 3 fields, expected 2");
  }

  @Test
  void lossesThatRiseAreSaidToFollowNoFallingLaw() throws Exception {
    Path out = folder.resolve("rising.json");
    Path file =
        write("rising.csv", "compute,loss\n1e18,0.5\n1e19,0.55\n1e20,0.58\n1e21,0.62\n1e22,0.7\n");

    Invocation run =
        Invocation.of(
            "evaluate", "scaling", file.toString(), "--at", "1e23", "--out", out.toString());

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.out()).contains("With a floor: no falling law").doesNotContain("floor  ");
    assertThat(new JsonMapper().readTree(out.toFile()).get("power_law_with_floor").isNull())
        .isTrue();
  }

  @Test
  void missingIntervalIsSaidToComeOfFewPointsOnlyWhereItDoes() throws Exception {
    StringBuilder level = new StringBuilder("compute,loss\n");
    for (int i = 0; i < 12; i++) {
      level.append("1e%d,%s\n".formatted(15 + i, i % 2 == 0 ? "0.50" : "0.51"));
    }

    assertThat(scaling(write("level.csv", level.toString())).out())
        .contains("C0     not to be told: the slope cannot be told from 0")
        .doesNotContain("too few points");
    assertThat(scaling(write("two.csv", "compute,loss\n1e18,0.9\n1e19,0.8\n")).out())
        .contains("(no interval: too few points)")
        .doesNotContain("told from 0");
  }

  private static Invocation scaling(Path file) {
    return Invocation.of("evaluate", "scaling", file.toString());
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static void assertRefused(Invocation run, int exitCode, String... words) {
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(exitCode);
    assertThat(run.err()).startsWith("prefstream: ").contains(words).doesNotContain("unexpected");
    assertThat(run.out()).isEmpty();
  }
}
