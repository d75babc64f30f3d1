package dev.prefstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.benchmarks.report.Figure;
import dev.prefstream.benchmarks.report.Target;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesignTargetsTest {

  @TempDir Path folder;

  @Test
  void everyTargetRestsOnFiguresOfArmsThereAre() {
    Path home = Path.of("..").toAbsolutePath();
    List<String> arms =
        new Arms(new BenchOptions(), folder, Shipped.load(home, 1))
            .all().stream().map(Arm::name).toList();

    for (Target target : DesignTargets.all()) {
      assertThat(target.needs())
          .as(target.what())
          .isNotEmpty()
          .allSatisfy(id -> assertThat(arms).contains(Figure.of(id, "").arm()));
    }
  }
}
