package dev.prefstream.oversight.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against published figures where there are any, else against figures worked out apart. */
class StatisticsTest {

  private static final Offset<Double> FOUR_DIGITS = within(0.00005);

  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.975, 1.959963985",
    "0.025, -1.959963985",
    "0.9995, 3.290526731",
    "0.9999999, 5.199337582"
  })
  void quantilesAreThoseOfTheTables(double p, double quantile) {
    assertThat(Normal.quantile(p)).isCloseTo(quantile, within(1e-6));
  }

  @Test
  void refusesAQuantileThatDoesNotExist() {
    assertThatThrownBy(() -> Normal.quantile(1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** R. G. Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I. */
  @Test
  void wilsonAgreesWithAPublishedInterval() {
    Interval interval = new Proportion(81, 263).wilson(Proportion.Z95);

    assertThat(interval.low()).isCloseTo(0.2553, FOUR_DIGITS);
    assertThat(interval.high()).isCloseTo(0.3662, FOUR_DIGITS);
  }

  @Test
  void wilsonReachesTheEndsWithNoneOrAll() {
    assertThat(new Proportion(0, 20).wilson(Proportion.Z95).low()).isZero();
    assertThat(new Proportion(0, 20).wilson(Proportion.Z95).high()).isCloseTo(0.1611, FOUR_DIGITS);
    assertThat(new Proportion(20, 20).wilson(Proportion.Z95).high()).isEqualTo(1);
  }

  @Test
  void knowsNothingWithoutTrials() {
    assertThat(new Proportion(0, 0).value()).isNaN();
    assertThat(new Proportion(0, 0).wilson(Proportion.Z95)).isEqualTo(new Interval(0, 1));
  }

  /** R. G. Newcombe (1998), "Interval estimation for the difference ...", table II, method 10. */
  @ParameterizedTest
  @CsvSource({"56, 70, 48, 80, 0.0524, 0.3339", "9, 10, 3, 10, 0.1705, 0.8090"})
  void theDifferenceAgreesWithPublishedIntervals(
      long a, long m, long b, long n, double low, double high) {
    Interval interval =
        Comparison.difference(new Proportion(a, m), new Proportion(b, n), Proportion.Z95);

    assertThat(interval.low()).isCloseTo(low, FOUR_DIGITS);
    assertThat(interval.high()).isCloseTo(high, FOUR_DIGITS);
  }

  @Test
  void theRatioHasAnIntervalThoughOneHasNoSuccesses() {
    Interval interval =
        Comparison.ratio(new Proportion(9, 100), new Proportion(20, 100), Proportion.Z95);
    Interval none =
        Comparison.ratio(new Proportion(0, 100), new Proportion(20, 100), Proportion.Z95);

    assertThat(interval.low()).isCloseTo(0.2261, FOUR_DIGITS);
    assertThat(interval.high()).isCloseTo(0.9500, FOUR_DIGITS);
    assertThat(none.low()).isZero();
    assertThat(none.high()).isBetween(0.0, 0.8);
  }

  /** By the normal approximation they would be 345, 156 and 139. */
  @ParameterizedTest
  @CsvSource({"0.95, 0.023, 357", "0.88, 0.051, 158", "0.9, 0.05, 141"})
  void labelsThatTheDefaultTargetsNeed(double accuracy, double halfWidth, long labels) {
    assertThat(SampleSize.wilson(accuracy, halfWidth)).isEqualTo(labels);
  }

  @Test
  void oneLabelLessIsNotEnough() {
    long labels = SampleSize.wilson(0.7, 0.03);

    assertThat(new Estimate(0.7, labels).wilson(Proportion.Z95).halfWidth())
        .isLessThanOrEqualTo(0.03);
    assertThat(new Estimate(0.7, labels - 1).wilson(Proportion.Z95).halfWidth())
        .isGreaterThan(0.03);
  }

  @Test
  void phiIsThatOfTheFourfoldTable() {
    // 30 both, 10 first alone, 20 second alone, 40 neither: (30 * 40 - 10 * 20) / sqrt(40*60*50*50)
    assertThat(Correlation.phi(30, 40, 50, 100).orElseThrow().value())
        .isCloseTo(0.4082, FOUR_DIGITS);
    assertThat(Correlation.phi(0, 0, 50, 100)).isEmpty();
    assertThat(Correlation.phi(50, 50, 50, 50)).isEmpty();
    assertThat(Correlation.phi(1, 1, 1, 3)).isEmpty();
  }

  @Test
  void fishersIntervalAndTheTestOfGrowth() {
    Interval interval = new Correlation(0.5, 103).interval(Proportion.Z95);

    assertThat(interval.low()).isCloseTo(0.3393, FOUR_DIGITS);
    assertThat(interval.high()).isCloseTo(0.6323, FOUR_DIGITS);
    assertThat(new Correlation(0.5, 1003).isStronger(new Correlation(0.3, 1003), 2)).isTrue();
    assertThat(new Correlation(-0.5, 1003).isStronger(new Correlation(0.3, 1003), 2)).isTrue();
    assertThat(new Correlation(0.5, 53).isStronger(new Correlation(0.3, 53), 2)).isFalse();
    assertThat(new Correlation(0.3, 1003).isStronger(new Correlation(0.5, 1003), 2)).isFalse();
  }

  /** A rare kind of ticket of which most are asked about is wrong more often than the rest. */
  @Test
  void partsSampledAtUnlikeRatesCountBySize() {
    Estimate estimate =
        Estimate.of(
            List.of(
                new Estimate.Part(9_000, new Proportion(95, 100)),
                new Estimate.Part(1_000, new Proportion(450, 900)),
                new Estimate.Part(50, new Proportion(0, 0))));
    assertThat(estimate.value()).isCloseTo(0.9 * 0.95 + 0.1 * 0.5, within(1e-12));
    assertThat(estimate.trials()).isBetween(150.0, 250.0);
  }

  @Test
  void onePartAloneIsASimpleSample() {
    Estimate estimate = Estimate.of(List.of(new Estimate.Part(700, new Proportion(30, 40))));
    assertThat(estimate.value()).isEqualTo(0.75);
    assertThat(estimate.trials()).isCloseTo(40, within(1e-9));
    assertThat(estimate.wilson(Proportion.Z95))
        .isEqualTo(new Proportion(30, 40).wilson(Proportion.Z95));
  }

  @Test
  void fewThatEndAlikeAreNotTakenForCertainty() {
    Estimate estimate =
        Estimate.of(
            List.of(
                new Estimate.Part(500, new Proportion(3, 3)),
                new Estimate.Part(500, new Proportion(100, 100))));
    assertThat(estimate.value()).isEqualTo(1);
    assertThat(estimate.wilson(Proportion.Z95).low()).isLessThan(0.8);
    assertThat(Estimate.of(List.of()).wilson(Proportion.Z95)).isEqualTo(new Interval(0, 1));
  }

  /** 10,000 samples of three parts, of which the interval of 95 % is to hold the truth. */
  @Test
  void theIntervalOfPartsHoldsTheTruthAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(5);
    int[] sizes = {8_000, 1_500, 500};
    int[] samples = {60, 60, 40};
    double[] shares = {0.92, 0.8, 0.6};
    double truth = 0.8 * 0.92 + 0.15 * 0.8 + 0.05 * 0.6;
    int held = 0;
    for (int run = 0; run < 10_000; run++) {
      List<Estimate.Part> parts = new ArrayList<>();
      for (int i = 0; i < sizes.length; i++) {
        double share = shares[i];
        long right = random.doubles(samples[i]).filter(x -> x < share).count();
        parts.add(new Estimate.Part(sizes[i], new Proportion(right, samples[i])));
      }
      held += Estimate.of(parts).wilson(Proportion.Z95).excludes(truth) ? 0 : 1;
    }
    assertThat(held / 10_000.0).isBetween(0.935, 0.975);
  }
}
