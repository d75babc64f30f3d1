package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Charts and tests against the figures of textbooks. */
class PublishedFiguresTest {

  /**
   * Average run lengths of the two-sided cumulative sum with an allowance of 0.5 on normal values:
   * D. C. Montgomery, "Introduction to statistical quality control", table of the ARL of the
   * tabular cusum.
   */
  @ParameterizedTest
  @CsvSource({"4, 0, 168", "5, 0, 465", "4, 1, 8.38", "5, 1, 10.4", "5, 2, 4.01"})
  void theCusumsRunLengthsAreMontgomerys(double threshold, double shift, double published) {
    SplittableRandom random = new SplittableRandom(31);
    Cusum.Params params = new Cusum.Params(0.5, threshold);
    int runs = shift == 0 ? 4000 : 20_000;
    long steps = 0;
    for (int run = 0; run < runs; run++) {
      Cusum.State state = Cusum.State.NEW;
      while (!state.alarm(params)) {
        state = state.plus(random.nextGaussian() + shift, params.k());
        steps++;
      }
    }

    assertThat((double) steps / runs).isCloseTo(published, within(0.06 * published));
  }

  /** The approximation that signals are charted with, for the same chart. */
  @ParameterizedTest
  @CsvSource({"4, 168", "5, 465"})
  void siegmundsApproximationIsNearThem(double threshold, double published) {
    assertThat(1 / SignalChart.rate(0.5, threshold, 0))
        .isCloseTo(published, within(0.02 * published));
  }

  /** Quantiles of Kolmogorov's distribution, as in Smirnov's table. */
  @Test
  void theKolmogorovSmirnovTestHasTheTabledQuantiles() {
    long count = 2_000_000_000_000L;
    double root = Math.sqrt(count / 2.0);

    assertThat(KolmogorovSmirnov.pValue(1.2238 / root, count, count)).isCloseTo(0.10, within(1e-4));
    assertThat(KolmogorovSmirnov.pValue(1.3581 / root, count, count)).isCloseTo(0.05, within(1e-4));
    assertThat(KolmogorovSmirnov.pValue(1.6276 / root, count, count)).isCloseTo(0.01, within(1e-4));
  }
}
