package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StabilityIndexTest {

  private static final int WINDOW = 500;

  private final SplittableRandom random = new SplittableRandom(17);

  @Test
  void isTheSumOverTenthsThatSiddiqiGives() {
    ScoreGrid grid = new ScoreGrid();
    for (int i = 0; i < 100_000; i++) {
      grid.add((i + 0.5) / 100_000);
    }
    StabilityIndex index = new StabilityIndex(grid);
    // Of 100,000 scores 20 % are in the first tenth, none in the second, and 10 % in each other.
    double[] moved = new double[100_000];
    for (int i = 0; i < moved.length; i++) {
      double score = (i + 0.5) / moved.length;
      moved[i] = score >= 0.1 && score < 0.2 ? score - 0.1 : score;
    }

    double nothing = 0.5 / 100_005;
    double expected = 0.1 * Math.log(2) + (nothing - 0.1) * Math.log(nothing / 0.1);
    assertThat(index.of(moved)).isCloseTo(expected, within(0.005 * expected));
    assertThat(index.of(random.doubles(100_000).toArray())).isLessThan(0.001);
  }

  @Test
  void withoutAChangeItsMeanIsAsYurdakulGives() {
    double sum = 0;
    for (int r = 0; r < 400; r++) {
      ScoreGrid grid = new ScoreGrid();
      random.doubles(2000).forEach(grid::add);
      sum += new StabilityIndex(grid).of(random.doubles(WINDOW).toArray());
    }

    // Nine degrees of freedom, (1/500 + 1/2000) each.
    assertThat(sum / 400).isCloseTo(9 * (1.0 / WINDOW + 1.0 / 2000), within(0.002));
  }

  @Test
  void findsAChangeOfShapeInAColumn() {
    double[] column = new double[8000];
    for (int i = 0; i < column.length; i++) {
      double x = random.nextDouble();
      column[i] = i < 5000 ? x : x < 0.5 ? x / 2 : 0.5 + x / 2;
    }

    List<FileDetection.Alarm> alarms =
        FileDetection.run(column, new FileDetection.Params(2000, 0, List.of("psi"))).alarms();

    assertThat(alarms).hasSize(1);
    assertThat(alarms.get(0).detector()).isEqualTo("psi");
    assertThat(alarms.get(0).row()).isBetween(5050, 5500);
    assertThat(alarms.get(0).since()).isLessThanOrEqualTo(alarms.get(0).row() - 400);
  }
}
