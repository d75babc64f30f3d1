package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoregressionTest {

  private static final int SERIES = 200;

  /** Standard deviation 1, on a level by row. */
  private static double[] series(
      int rows, double coefficient, long seed, IntToDoubleFunction level) {
    Random random = new Random(seed);
    double[] state = {random.nextGaussian()};
    double step = Math.sqrt(1 - coefficient * coefficient);
    return IntStream.range(0, rows)
        .mapToDouble(
            i ->
                level.applyAsDouble(i)
                    + (state[0] = coefficient * state[0] + step * random.nextGaussian()))
        .toArray();
  }

  private static Autoregression fit(double[] series) {
    return Autoregression.fit(series, List.of(), false);
  }

  private static DoubleStream coefficients(int rows, double coefficient) {
    return IntStream.range(0, SERIES)
        .mapToDouble(seed -> fit(series(rows, coefficient, seed, i -> 0)).coefficient());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.7, 0.9})
  void isUnbiasedInShortSeries(double coefficient) {
    assertThat(coefficients(300, coefficient).average().orElseThrow())
        .isCloseTo(coefficient, within(0.015));
    assertThat(coefficients(300, coefficient).filter(c -> Math.abs(c - coefficient) < 0.15).count())
        .isGreaterThan(SERIES * 9 / 10);
  }

  @Test
  void takesIndependentValuesForIndependent() {
    assertThat(coefficients(300, 0).filter(c -> c == 0).count()).isGreaterThan(SERIES * 9 / 10);
  }

  @Test
  void doesNotTakeChangesOfLevelForPersistence() {
    double[] series = series(1000, 0, 1, i -> i / 250 % 2 == 0 ? 0 : 3);

    assertThat(fit(series).coefficient()).isLessThan(0.15);
    assertThat(fit(series).settled()).isFalse();
  }

  @Test
  void leavesOutChangesThatAreKnown() {
    double[] series = series(1000, 0.5, 2, i -> i < 500 ? 0 : 3);

    Autoregression known = Autoregression.fit(series, List.of(500), false);

    assertThat(known.coefficient()).isCloseTo(0.5, within(0.1));
    assertThat(known.settled()).isTrue();
  }

  @Test
  void saysWhatMeansOfNeighboursDo() {
    Autoregression half = new Autoregression(4, 0.5, true, false);

    assertThat(half.ofMean(1)).isCloseTo(4, within(1e-12));
    assertThat(half.ofMean(2)).isCloseTo(4 * (1 + 0.5) / 2, within(1e-12));
    assertThat(half.shared(1, 1)).isCloseTo(4 * 0.5, within(1e-12));
    assertThat(half.shared(1, 2)).isCloseTo(4 * (0.5 + 0.25) / 2, within(1e-12));
  }

  @Test
  void saysNothingOfAConstant() {
    assertThat(fit(new double[100])).isEqualTo(new Autoregression(0, 0, true, false));
  }
}
