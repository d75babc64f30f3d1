package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long SECOND = 1_000_000_000L;

  private long now = 5 * SECOND;

  @Test
  void noRateNeverWaits() {
    Pace pace = new Pace(0, () -> now);

    for (int i = 0; i < 1000; i++) {
      assertThat(pace.untilNext()).isZero();
    }
  }

  @Test
  void spreadsLinesEvenly() {
    Pace pace = new Pace(10, () -> now);

    assertThat(pace.untilNext()).isZero();
    assertThat(pace.untilNext()).isEqualTo(SECOND / 10);
    now += SECOND / 10;
    assertThat(pace.untilNext()).isZero();
    assertThat(pace.untilNext()).isEqualTo(SECOND / 10);
  }

  @Test
  void makesUpForOneSecondAtMost() {
    Pace pace = new Pace(10, () -> now);
    now += 60 * SECOND;

    int atOnce = 0;
    while (pace.untilNext() == 0) {
      atOnce++;
    }

    assertThat(atOnce).isEqualTo(11);
  }
}
