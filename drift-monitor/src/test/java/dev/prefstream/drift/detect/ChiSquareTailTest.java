package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChiSquareTailTest {

  private final ChiSquareTail tail = new ChiSquareTail(1, 9);

  /** Quantiles of nine degrees of freedom at 0.99, 0.999 and 0.9999, from printed tables. */
  @Test
  void aLineThroughTwoQuantilesMeetsTheThird() {
    double first = tail.straightened(21.666);
    double second = tail.straightened(27.877);

    assertThat(tail.bent(second + (second - first))).isCloseTo(33.720, within(0.1));
    assertThat(27.877 + (27.877 - 21.666)).isGreaterThan(34);
  }

  @Test
  void whatIsStraightenedIsBentBack() {
    for (double statistic : new double[] {7, 7.5, 12, 40, 400}) {
      assertThat(tail.bent(tail.straightened(statistic))).isCloseTo(statistic, within(1e-3));
    }
  }

  @Test
  void belowThePeakAllIsAlike() {
    assertThat(tail.straightened(0)).isEqualTo(tail.straightened(7));
  }
}
