package dev.prefstream.cli.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Values marked so are those of scikit-learn 1.9.1 for the same numbers, many of them tied. */
class RankingTest {

  static final double[] SCORES = {
    0.1, 0.2, 0.8, 0.6, 0.1, 0.4, 0.5, 0.2, 0.7, 0.1, 0.4, 0.5, 0.4, 0.6, 0.7, 1.0, 0.3, 0.6, 0.7,
        0.3,
    0.0, 1.0, 0.3, 0.3, 0.9, 0.6, 0.5, 0.8, 0.0, 0.7, 0.4, 0.1, 0.7, 0.9, 0.2, 0.6, 0.3, 0.7, 0.7,
        0.2
  };
  static final boolean[] LABELS = labels("0000000100010101010110000101000000111110");

  static boolean[] labels(String bits) {
    boolean[] labels = new boolean[bits.length()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bits.charAt(i) == '1';
    }
    return labels;
  }

  @Test
  void givesTheValuesOfScikitLearn() {
    Ranking ranking = new Ranking(SCORES, LABELS);

    assertThat(ranking.auc()).isCloseTo(0.5425824175824177, within(1e-15));
    assertThat(ranking.averagePrecision()).isCloseTo(0.3930790264823878, within(1e-15));
  }

  @Test
  void scoresThatAreAllEqualRankNothing() {
    Ranking ranking = new Ranking(new double[] {0.5, 0.5, 0.5}, labels("100"));

    assertThat(ranking.auc()).isEqualTo(0.5);
    assertThat(ranking.curve()).hasSize(2);
  }

  @Test
  void oneClassHasNoFigure() {
    Ranking ranking = new Ranking(new double[] {0.1, 0.9}, labels("11"));

    assertThat(ranking.auc()).isNaN();
    assertThat(ranking.aucWithInterval(7)).isEqualTo(Estimate.NONE);
    assertThat(new Ranking(new double[] {0.1}, labels("0")).averagePrecision()).isNaN();
  }

  @Test
  void intervalHoldsTheValueAndComesAgainWithTheSameSeed() {
    Ranking ranking = new Ranking(SCORES, LABELS);

    Estimate once = ranking.aucWithInterval(7);

    assertThat(once.low()).isLessThan(once.value()).isGreaterThan(0.3);
    assertThat(once.high()).isGreaterThan(once.value()).isLessThan(0.8);
    assertThat(ranking.aucWithInterval(7)).isEqualTo(once);
    assertThat(ranking.aucWithInterval(8)).isNotEqualTo(once);
  }

  @Test
  void oneRowOfEachClassTellsAsMuchAsOneThrowOfACoin() {
    Estimate one = new Ranking(new double[] {0.1, 0.9}, labels("01")).aucWithInterval(7);

    // Wilson's interval of 1 in 1.
    assertThat(one.value()).isEqualTo(1);
    assertThat(one.low()).isCloseTo(0.20654, within(1e-4));
    assertThat(one.high()).isEqualTo(1);
  }

  @Test
  void classesThatDoNotOverlapLeaveRoomForDoubt() {
    double[] scores = new double[24];
    Arrays.setAll(scores, i -> i / 24.0);
    boolean[] half = labels("000000000000111111111111");

    Estimate apart = new Ranking(scores, half).aucWithInterval(7);
    Estimate reversed =
        new Ranking(Arrays.stream(scores).map(s -> -s).toArray(), half).aucWithInterval(7);
    Estimate tied = new Ranking(new double[24], half).aucWithInterval(7);

    assertThat(apart.low()).isBetween(0.7, 0.95);
    assertThat(apart.high()).isEqualTo(1);
    assertThat(reversed.low()).isZero();
    assertThat(reversed.high()).isCloseTo(1 - apart.low(), within(1e-12));
    assertThat(tied.low()).isBetween(0.2, 0.4);
    assertThat(tied.high()).isCloseTo(1 - tied.low(), within(1e-12));
  }

  @Property(tries = 100)
  void intervalHoldsTheValueAndIsNeverWithoutWidth(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int rows) {
    Random random = new Random(seed, rows);

    Estimate estimate = new Ranking(random.scores, random.labels).aucWithInterval(7);

    assertThat(estimate.low()).isBetween(0.0, estimate.value()).isLessThan(estimate.high());
    assertThat(estimate.high()).isBetween(estimate.value(), 1.0);
  }

  @Property(tries = 200)
  void isTheShareOfPairsWonWithTiesOneHalf(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int rows) {
    Random random = new Random(seed, rows);
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        if (random.labels[i] && !random.labels[j]) {
          won +=
              random.scores[i] > random.scores[j]
                  ? 1
                  : random.scores[i] == random.scores[j] ? 0.5 : 0;
          pairs++;
        }
      }
    }

    assertThat(new Ranking(random.scores, random.labels).auc())
        .isCloseTo(won / pairs, within(1e-12));
  }

  @Property(tries = 100)
  void onlyTheOrderOfScoresCounts(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int rows) {
    Random random = new Random(seed, rows);
    Ranking ranking = new Ranking(random.scores, random.labels);
    double[] stretched = Arrays.stream(random.scores).map(s -> Math.exp(3 * s) - 5).toArray();
    double[] reversed = Arrays.stream(random.scores).map(s -> -s).toArray();

    assertThat(new Ranking(stretched, random.labels).auc()).isEqualTo(ranking.auc());
    assertThat(new Ranking(stretched, random.labels).averagePrecision())
        .isEqualTo(ranking.averagePrecision());
    assertThat(new Ranking(reversed, random.labels).auc())
        .isCloseTo(1 - ranking.auc(), within(1e-12));
  }

  @Property(tries = 100)
  void curveRisesFromCornerToCornerAndItsAreaIsTheAuc(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int rows) {
    Random random = new Random(seed, rows);
    Ranking ranking = new Ranking(random.scores, random.labels);
    double area = 0;
    for (int i = 1; i < ranking.curve().size(); i++) {
      Ranking.Point from = ranking.curve().get(i - 1);
      Ranking.Point to = ranking.curve().get(i);
      assertThat(to.falsePositiveRate()).isGreaterThanOrEqualTo(from.falsePositiveRate());
      assertThat(to.truePositiveRate()).isGreaterThanOrEqualTo(from.truePositiveRate());
      area +=
          (to.falsePositiveRate() - from.falsePositiveRate())
              * (to.truePositiveRate() + from.truePositiveRate())
              / 2;
    }

    assertThat(ranking.curve().get(0)).isEqualTo(new Ranking.Point(0, 0));
    assertThat(ranking.curve().get(ranking.curve().size() - 1)).isEqualTo(new Ranking.Point(1, 1));
    assertThat(area).isCloseTo(ranking.auc(), within(1e-12));
  }

  @Test
  void bootstrapIntervalHoldsTheTruthAboutAsOftenAsItSays() {
    assertThat(held(40, 80, 100)).isBetween(88, 99);
  }

  @Test
  void intervalOfFewRowsHoldsTheTruthAtLeastAsOftenAsItSays() {
    assertThat(held(4, 11, 400)).isBetween(372, 400);
    assertThat(held(3, 3, 400)).isBetween(372, 400);
  }

  /** Positives normal about 1, negatives about 0: the true AUC is Phi(1 / sqrt 2) = 0.7602. */
  private static int held(int positives, int negatives, int trials) {
    SplittableRandom random = new SplittableRandom(7);
    int held = 0;
    for (int trial = 0; trial < trials; trial++) {
      double[] scores = new double[positives + negatives];
      boolean[] labels = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) {
        labels[i] = i < positives;
        scores[i] = random.nextGaussian() + (labels[i] ? 1 : 0);
      }
      Estimate estimate = new Ranking(scores, labels).aucWithInterval(trial);
      held += estimate.low() <= 0.7602 && 0.7602 <= estimate.high() ? 1 : 0;
    }
    return held;
  }

  /** Rows with many ties, of both classes. */
  private static final class Random {
    final double[] scores;
    final boolean[] labels;

    Random(long seed, int rows) {
      SplittableRandom random = new SplittableRandom(seed);
      scores = new double[rows];
      labels = new boolean[rows];
      for (int i = 0; i < rows; i++) {
        scores[i] = random.nextInt(8) / 8.0;
        labels[i] = random.nextBoolean();
      }
      labels[0] = true;
      labels[1] = false;
    }
  }
}
