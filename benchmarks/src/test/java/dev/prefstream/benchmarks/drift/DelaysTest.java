package dev.prefstream.benchmarks.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelaysTest {

  @Test
  void changesAreSeenWithinTheirTargets(@TempDir Path dir) throws Exception {
    Delays delays = Delays.all().get(0);
    for (int reference = 0; reference < 4; reference++) {
      delays.add(reference);
    }

    for (DelayRow row : delays.rows()) {
      assertThat(row.delays()).hasSize(80);
      if (row.target() > 0) {
        assertThat(row.quantile(0.5)).as(row.name()).isBetween(10, (int) (1.15 * row.target()));
      }
    }
    new DriftReport(List.of("a fact"), List.of(), delays.rows(), List.of()).write(dir);
    assertThat(Files.readString(dir.resolve(DriftReport.MARKDOWN)))
        .contains("- a fact", "| mean + 0.05 | " + delays.rows().get(0).quantile(0.5) + " |");
    assertThat(Files.readString(dir.resolve(DriftReport.DELAYS))).contains("mean + 0.20", "circle");
  }

  @Test
  void aShiftOfOneDirectionAndARotationOfEmbeddingsAreSeen() {
    EmbeddingDelays delays = new EmbeddingDelays();
    for (int reference = 0; reference < 10; reference++) {
      delays.add(reference);
    }

    assertThat(delays.rows().subList(0, 2))
        .allSatisfy(row -> assertThat(row.quantile(0.5)).isLessThan(1000));
  }
}
