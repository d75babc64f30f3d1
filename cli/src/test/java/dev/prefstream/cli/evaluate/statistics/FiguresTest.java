package dev.prefstream.cli.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * Thresholds, calibration, association, shares and pairs. Constants are SciPy's and scikit-learn's.
 */
class FiguresTest {

  private static final double[] SCORES = RankingTest.SCORES;
  private static final boolean[] LABELS = RankingTest.LABELS;

  @Test
  void thresholdIsExclusive() {
    Confusion confusion =
        Confusion.at(0.7, new double[] {0.7, 0.71, 0.9, 0.1}, RankingTest.labels("1101"));

    assertThat(confusion).isEqualTo(new Confusion(1, 1, 0, 2));
    assertThat(confusion.precision()).isEqualTo(0.5);
    assertThat(confusion.recall()).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(confusion.f1()).isEqualTo(0.4);
    assertThat(confusion.accuracy()).isEqualTo(0.25);
    assertThat(confusion.balancedAccuracy()).isCloseTo(1 / 6.0, within(1e-15));
  }

  @Test
  void figuresThatDoNotExistAreNotZero() {
    Confusion nothingCalled = Confusion.at(1, SCORES, LABELS);

    assertThat(nothingCalled.precision()).isNaN();
    assertThat(nothingCalled.recall()).isZero();
    assertThat(nothingCalled.f1()).isZero();
    assertThat(Confusion.at(0.5, new double[] {0.9}, RankingTest.labels("1")).balancedAccuracy())
        .isNaN();
  }

  @Property(tries = 100)
  void countsAddUpAtEveryThreshold(@ForAll @IntRange(max = 100) int percent) {
    Confusion confusion = Confusion.at(percent / 100.0, SCORES, LABELS);

    assertThat(confusion.rows()).isEqualTo(SCORES.length);
    assertThat(confusion.truePositives() + confusion.falseNegatives()).isEqualTo(14);
  }

  @Property(tries = 200)
  void levelsCallNoMoreThanTheirShareAndAStepLowerWould(
      @ForAll @IntRange(min = 1, max = 99) int percent, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] scores = random.doubles(1 + random.nextInt(300)).toArray();

    OperatingPoint point = OperatingPoint.of(percent / 100.0, scores, new boolean[scores.length]);

    long room = percent * scores.length / 100;
    assertThat(point.called()).isLessThanOrEqualTo(room);
    assertThat(Confusion.at(point.level() - 0.0011, scores, new boolean[scores.length]))
        .matches(lower -> lower.falsePositives() > room);
  }

  @Test
  void levelsOfEqualScoresCallNone() {
    OperatingPoint point =
        OperatingPoint.of(0.5, new double[] {0.3, 0.3, 0.3, 0.1}, RankingTest.labels("1100"));

    assertThat(point.level()).isEqualTo(0.3);
    assertThat(point.called()).isZero();
    assertThat(point.confusion().precision()).isNaN();
  }

  @Test
  void calibrationErrorIsThatOfThePythonSide() {
    assertThat(Reliability.error(SCORES, LABELS)).isCloseTo(0.3125, within(1e-12));
  }

  @Test
  void scoresThatAreFrequenciesHaveNoCalibrationError() {
    double[] scores = new double[100];
    boolean[] labels = new boolean[100];
    for (int i = 0; i < 100; i++) {
      scores[i] = i < 50 ? 0.2 : 0.8;
      labels[i] = i < 50 ? i % 5 == 0 : i % 5 != 0;
    }

    assertThat(Reliability.error(scores, labels)).isCloseTo(0, within(1e-12));
    assertThat(Reliability.balancedError(scores, labels)).isCloseTo(0, within(1e-12));
    assertThat(Reliability.bins(scores, labels))
        .hasSize(2)
        .allSatisfy(bin -> assertThat(bin.rows()).isEqualTo(50));
  }

  @Test
  void balancingChangesTheErrorOfScoresThatIgnoreTheBaseRate() {
    double[] scores = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};

    assertThat(Reliability.error(scores, RankingTest.labels("1000000000")))
        .isCloseTo(0.4, within(1e-12));
    assertThat(Reliability.balancedError(scores, RankingTest.labels("1000000000")))
        .isCloseTo(0, within(1e-12));
    assertThat(Reliability.balancedError(scores, RankingTest.labels("0000000000"))).isNaN();
  }

  @Test
  void wilsonsIntervalIsThatOfThePythonSide() {
    Estimate most = Wilson.share(330, 607);

    assertThat(most.low()).isCloseTo(0.503882288128939, within(1e-12));
    assertThat(most.high()).isCloseTo(0.5828832698315883, within(1e-12));
    assertThat(Wilson.share(0, 5).low()).isZero();
    assertThat(Wilson.share(0, 5).high()).isCloseTo(0.43448246478317476, within(1e-12));
    assertThat(Wilson.share(0, 0)).isEqualTo(Estimate.NONE);
  }

  @Test
  void phiIsTheCorrelationOfTwoColumns() {
    boolean[] above = new boolean[SCORES.length];
    for (int i = 0; i < above.length; i++) {
      above[i] = SCORES[i] > 0.5;
    }

    assertThat(Association.phi(LABELS, above)).isCloseTo(0.17910620335162064, within(1e-12));
    assertThat(Association.phi(LABELS, LABELS)).isCloseTo(1, within(1e-12));
    assertThat(Association.phi(LABELS, new boolean[LABELS.length])).isNaN();
    assertThat(
            Association.phiAboveMedians(new double[] {1, 2, 3, 4}, new double[] {40, 30, 20, 10}))
        .isEqualTo(-1);
  }

  @Test
  void tiedPairsCountOneHalfAndAreReported() {
    List<PairComparison> pairs =
        List.of(pair(1, 10, 5, 0.1), pair(0, 10, 5, 0.1), pair(-1, 5, 5, 0), pair(2, 5, 9, -0.1));

    assertThat(PairComparison.accuracy(pairs).value()).isEqualTo(0.625);
    assertThat(PairComparison.ties(pairs)).isEqualTo(1);
    assertThat(PairComparison.longerWins(pairs).value()).isEqualTo(0.5);
    assertThat(PairComparison.longerChosen(pairs).value()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(PairComparison.equalStyle(pairs)).containsExactly(pairs.get(2));
    assertThat(PairComparison.longerWins(List.of(pairs.get(2)))).isEqualTo(Estimate.NONE);
  }

  @Property(tries = 50)
  void ruleOfStyleAloneIsRightHalfTheTimeWhereStyleIsBalanced(
      @ForAll long seed, @ForAll @IntRange(min = 20, max = 200) int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<PairComparison> pairs =
        random
            .doubles(count, 0.01, 1)
            .mapToObj(gap -> random.nextInt(10) < 8 ? gap : -gap)
            .map(gap -> pair(gap, 1, 1, gap))
            .toList();

    double balanced = PairComparison.styleBalancedAccuracy(pairs, 7).value();

    assertThat(Double.isNaN(balanced) || balanced == 0.5).isTrue();
    assertThat(PairComparison.styleAccuracy(pairs)).isEqualTo(PairComparison.accuracy(pairs));
  }

  @Test
  void scoreThatFollowsStyleAloneTellsNothingWithStyleHeldEqual() {
    SplittableRandom random = new SplittableRandom(7);
    double[] style = random.doubles(4_000).toArray();
    boolean[] labels = new boolean[style.length];
    double[] knowing = new double[style.length];
    for (int i = 0; i < style.length; i++) {
      labels[i] = random.nextDouble() < style[i];
      knowing[i] = labels[i] ? 1 : 0;
    }

    assertThat(new Ranking(style, labels).auc()).isGreaterThan(0.75);
    assertThat(HeldEqual.auc(style, labels, style)).isCloseTo(0.5, within(0.05));
    assertThat(HeldEqual.auc(knowing, labels, style)).isEqualTo(1);
  }

  private static PairComparison pair(double margin, int chosen, int rejected, double style) {
    return new PairComparison(margin, chosen, rejected, style);
  }
}
