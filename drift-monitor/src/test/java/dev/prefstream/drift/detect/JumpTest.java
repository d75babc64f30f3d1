package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beta(2,2) scores, a run length of 100,000, a window of 1,000. Seeded. */
class JumpTest {

  private static final int WINDOW = 1000;
  private static final double RUN_LENGTH = 100_000;

  private final SplittableRandom random = new SplittableRandom(31);

  private double cycle(int number, int aDay) {
    return 0.1 * Math.sin(2 * Math.PI * number / aDay);
  }

  private double beta() {
    return BetaScores.next(random);
  }

  /** The first prediction at which it alarms, or -1. */
  private static int alarm(int count, int aDay, IntToDoubleFunction score) {
    double[] scores = new double[count];
    Arrays.setAll(scores, i -> Math.max(0, Math.min(1, score.applyAsDouble(i))));
    for (int end = Jump.EVERY; end <= count; end += Jump.EVERY) {
      double[] newest = Arrays.copyOfRange(scores, Math.max(0, end - 2 * WINDOW), end);
      Jump.Reading reading = Jump.read(newest, aDay / 24.0, WINDOW, false, RUN_LENGTH);
      if (reading != null && reading.finding().share() > 1) {
        return end;
      }
    }
    return -1;
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 700, 2000, 12_000})
  void aDailyCycleIsNoJump(int aDay) {
    assertThat(alarm(4 * aDay, aDay, i -> beta() + cycle(i, aDay))).isEqualTo(-1);
  }

  @Test
  void aDayThatBeginsAtOnceIsNoJump() {
    int aDay = 12_000;

    assertThat(alarm(2 * aDay, aDay, i -> beta() + (i % aDay < aDay / 2 ? 0.09 : 0))).isEqualTo(-1);
  }

  @Test
  void aShiftOfAFifthIs() {
    int aDay = 12_000;

    int at = alarm(aDay, aDay, i -> beta() + cycle(i, aDay) + (i < 5000 ? 0 : 0.2));

    assertThat(at).isBetween(5050, 6100);
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 2000, 30_000})
  void aConstantIs(int aDay) {
    int at = alarm(5000, aDay, i -> i < 2500 ? beta() + cycle(i, aDay) : 0.5);

    assertThat(at).isBetween(2550, 3600);
  }

  @Test
  void aConstantStreamWithExceptionsIsNone() {
    assertThat(alarm(5000, 2000, i -> i % 997 == 996 ? 0.6 : 0.5)).isEqualTo(-1);
  }

  @Test
  void scoresThatWanderAreNone() {
    double[] level = {0};

    assertThat(
            alarm(
                20_000,
                12_000,
                i -> {
                  level[0] = 0.98 * level[0] + 0.03 * random.nextGaussian();
                  return 0.5 + level[0];
                }))
        .isEqualTo(-1);
  }

  @Test
  void readsNothingOfTooFew() {
    assertThat(Jump.read(new double[499], 100, WINDOW, false, RUN_LENGTH)).isNull();
  }
}
