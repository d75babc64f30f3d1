package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScoreGridTest {

  private static final int WINDOW = 200;

  /** What a uniform number becomes. */
  static Stream<DoubleUnaryOperator> distributions() {
    return Stream.of(
        u -> u,
        u -> u * u * u,
        u -> 0.5 + (u - 0.5) / 50,
        u -> Math.floor(u * 3) / 2,
        u -> u < 0.9 ? 1 : u,
        u -> 0.25);
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void theDistanceIsTheWidestGapAtTheEdgeOfAnyBin(DoubleUnaryOperator shape) {
    Random random = new Random(11);
    ScoreGrid grid = new ScoreGrid();
    for (int i = 0; i < 5_000; i++) {
      grid.add(shape.applyAsDouble(random.nextDouble()));
    }
    WindowStatistic sliding = grid.sliding();
    double[] window = new double[WINDOW];
    for (int i = 0; i < 2_000; i++) {
      if (i >= WINDOW) {
        sliding.leave(window[i % WINDOW]);
      }
      // Every fourth from elsewhere, now here and now there.
      double value =
          i % 4 == 0
              ? Math.min(1, random.nextDouble() * (i / 500))
              : shape.applyAsDouble(random.nextDouble());
      window[i % WINDOW] = value;
      sliding.enter(value);
      if (i + 1 >= WINDOW && i % 7 == 0) {
        double expected = widestGap(grid.counts(), window);
        assertThat(grid.distance(window)).isEqualTo(expected);
        assertThat(sliding.read()).isEqualTo(expected * expected);
      }
    }
  }

  @Test
  void scoresWhereTheReferenceHasNoneAreAWholeApart() {
    ScoreGrid grid = new ScoreGrid();
    for (int i = 0; i < 1_000; i++) {
      grid.add(0.1);
    }
    double[] window = new double[WINDOW];
    Arrays.fill(window, 0.10005);
    assertThat(grid.distance(window)).isZero();
    Arrays.fill(window, 0.102);
    assertThat(grid.distance(window)).isEqualTo(1);
    Arrays.fill(window, 0);
    assertThat(grid.distance(window)).isEqualTo(1);
  }

  private static double widestGap(long[] reference, double[] window) {
    long[] here = new long[ScoreGrid.BINS];
    for (double value : window) {
      here[ScoreGrid.bin(value)]++;
    }
    long total = Arrays.stream(reference).sum();
    long gap = 0;
    long widest = 0;
    for (int i = 0; i < ScoreGrid.BINS; i++) {
      gap += reference[i] * window.length - here[i] * total;
      widest = Math.max(widest, Math.abs(gap));
    }
    return widest / ((double) total * window.length);
  }
}
