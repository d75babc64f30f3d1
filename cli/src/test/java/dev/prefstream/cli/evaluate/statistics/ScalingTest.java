package dev.prefstream.cli.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.cli.evaluate.statistics.PowerLaw.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Constants are those of SciPy 1.17.1 for the same points. */
class ScalingTest {

  private static final List<Point> THREE =
      List.of(new Point(1e18, 0.85), new Point(5e18, 0.72), new Point(2e19, 0.63));

  @Test
  void quantilesOfStudentsDistribution() {
    assertThat(StudentT.quantile975(1)).isCloseTo(12.706204736, within(1e-6));
    assertThat(StudentT.quantile975(2)).isCloseTo(4.302652730, within(1e-7));
    assertThat(StudentT.quantile975(3)).isCloseTo(3.182446305, within(1e-7));
    assertThat(StudentT.quantile975(10)).isCloseTo(2.228138852, within(1e-7));
    assertThat(StudentT.quantile975(100)).isCloseTo(1.983971519, within(1e-7));
    assertThat(StudentT.quantile975(0)).isInfinite();
  }

  @Test
  void threePointsGiveAnExponentOfOneTenthAndDoNotRuleOutTheQuotedOne() {
    PowerLaw law = PowerLaw.fit(THREE);

    assertThat(law.alpha().value()).isCloseTo(0.10006499047811525, within(1e-10));
    assertThat(law.alpha().low()).isCloseTo(0.07527122835077822, within(1e-8));
    assertThat(law.alpha().high()).isCloseTo(0.12485875260545228, within(1e-8)).isGreaterThan(0.12);
    assertThat(law.scale().value()).isCloseTo(1.9403019745903776e17, within(1e9));
    assertThat(law.degrees()).isEqualTo(1);
    assertThat(law.at(1e20)).isCloseTo(0.5353, within(1e-4));
  }

  @Test
  void twoPointsGiveALineWithoutInterval() {
    PowerLaw law = PowerLaw.fit(THREE.subList(0, 2));

    assertThat(law.at(1e18)).isCloseTo(0.85, within(1e-9));
    assertThat(law.alpha().low()).isNaN();
    assertThat(law.predict(1e20).high()).isNaN();
  }

  @Property(tries = 100)
  void findsTheLawOfPointsThatLieOnOne(
      @ForAll @DoubleRange(min = 0.02, max = 0.6) double alpha,
      @ForAll @DoubleRange(min = 0, max = 0.6) double floor) {
    List<Point> points = new ArrayList<>();
    List<Point> floored = new ArrayList<>();
    for (double compute = 1e17; compute < 2e23; compute *= 10) {
      points.add(new Point(compute, Math.pow(compute / 3e15, -alpha)));
      floored.add(new Point(compute, floor + Math.pow(compute / 1e17, -alpha)));
    }

    PowerLaw law = PowerLaw.fit(points);
    FlooredPowerLaw withFloor = FlooredPowerLaw.fit(floored).orElseThrow();

    assertThat(law.alpha().value()).isCloseTo(alpha, within(1e-9));
    assertThat(law.scale().value() / 3e15).isCloseTo(1, within(1e-6));
    assertThat(withFloor.alpha().value()).isCloseTo(alpha, within(1e-4));
    assertThat(withFloor.floor().value()).isCloseTo(floor, within(1e-3));
    assertThat(withFloor.predict(1e24).value())
        .isCloseTo(floor + Math.pow(1e7, -alpha), within(1e-3));
    assertHoldsItsValue(withFloor);
  }

  @Property(tries = 200)
  void intervalsHoldTheirOwnValuesWhateverTheNoise(
      @ForAll long seed,
      @ForAll @IntRange(min = 4, max = 12) int runs,
      @ForAll @DoubleRange(min = 0, max = 0.3) double noise,
      @ForAll @DoubleRange(min = 0, max = 1) double alpha) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      double loss = (0.4 + Math.pow(10, -i * alpha)) * Math.exp(noise * random.nextGaussian());
      points.add(new Point(Math.pow(10, 17 + i), loss));
    }

    FlooredPowerLaw.fit(points).ifPresent(ScalingTest::assertHoldsItsValue);
  }

  private static void assertHoldsItsValue(FlooredPowerLaw law) {
    for (Estimate estimate : List.of(law.alpha(), law.floor(), law.predict(1e24))) {
      assertThat(estimate.low()).isLessThanOrEqualTo(estimate.value());
      assertThat(estimate.high()).isGreaterThanOrEqualTo(estimate.value());
    }
  }

  @Test
  void floorThatMostPointsHaveReachedIsHeldThoughEveryOtherLossScattersBelowIt() {
    SplittableRandom random = new SplittableRandom(7);
    int held = 0;
    int trials = 200;
    for (int trial = 0; trial < trials; trial++) {
      List<Point> points = new ArrayList<>();
      for (double compute = 1e17; compute < 2e26; compute *= 10) {
        double noise = Math.exp(0.01 * random.nextGaussian());
        points.add(new Point(compute, (0.4 + Math.pow(compute / 1e17, -0.5)) * noise));
      }
      FlooredPowerLaw law = FlooredPowerLaw.fit(points).orElseThrow();
      assertHoldsItsValue(law);
      held += holds(law.floor(), 0.4);
    }

    // 95 % of 200 is 190, standard deviation 3.1.
    assertThat(held).isBetween(180, 199);
  }

  @Test
  void lossesThatRiseOrStayTheSameHaveNoFallingLaw() {
    List<Point> rising = new ArrayList<>();
    List<Point> flat = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rising.add(new Point(Math.pow(10, 17 + i), 0.5 + 0.02 * i));
      flat.add(new Point(Math.pow(10, 17 + i), 0.5));
    }

    assertThat(FlooredPowerLaw.fit(rising)).isEmpty();
    assertThat(FlooredPowerLaw.fit(flat)).isEmpty();
  }

  @Test
  void floorIsFoundAsScipyFindsIt() {
    double[] losses = {
      0.9341801514458341,
      0.70386657347823,
      0.5530129872823641,
      0.4525532447244619,
      0.40363786643660216,
      0.36472012421420336,
      0.3379909823504019
    };
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      points.add(new Point(Math.pow(10, 17 + i), losses[i]));
    }

    FlooredPowerLaw law = FlooredPowerLaw.fit(points).orElseThrow();

    assertThat(law.alpha().value()).isCloseTo(0.20095701, within(1e-5));
    assertThat(law.floor().value()).isCloseTo(0.30000691, within(1e-5));
    assertThat(law.scale() / 1.0519832957982652e16).isCloseTo(1, within(1e-3));
    // Standard errors there are 0.0061 and 0.0054; t of 4 degrees of freedom is 2.776.
    assertThat(law.alpha().low()).isBetween(0.175, 0.19);
    assertThat(law.alpha().high()).isBetween(0.21, 0.23);
    assertThat(law.floor().low()).isBetween(0.27, 0.295);
    assertThat(law.floor().high()).isBetween(0.305, 0.325);
    assertThat(law.predict(1e25).low()).isLessThan(law.at(1e25));
    assertThat(law.predict(1e25).high()).isGreaterThan(law.at(1e25));
  }

  @Test
  void intervalsHoldTheTruthAboutAsOftenAsTheySay() {
    SplittableRandom random = new SplittableRandom(7);
    int alphaHeld = 0;
    int scaleHeld = 0;
    int flooredHeld = 0;
    int floorHeld = 0;
    int trials = 200;
    for (int trial = 0; trial < trials; trial++) {
      List<Point> points = new ArrayList<>();
      List<Point> floored = new ArrayList<>();
      for (double compute = 1e17; compute < 2e22; compute *= 10) {
        double noise = Math.exp(0.01 * random.nextGaussian());
        points.add(new Point(compute, Math.pow(compute / 1e16, -0.1) * noise));
        floored.add(new Point(compute, (0.4 + Math.pow(compute / 1e16, -0.3)) * noise));
      }
      PowerLaw law = PowerLaw.fit(points);
      FlooredPowerLaw withFloor = FlooredPowerLaw.fit(floored).orElseThrow();
      alphaHeld += holds(law.alpha(), 0.1);
      scaleHeld += holds(law.scale(), 1e16);
      flooredHeld += holds(withFloor.alpha(), 0.3);
      floorHeld += holds(withFloor.floor(), 0.4);
    }

    // 95 % of 200 is 190, standard deviation 3.1.
    assertThat(alphaHeld).isBetween(180, 199);
    assertThat(scaleHeld).isBetween(180, 199);
    assertThat(flooredHeld).isBetween(180, 199);
    assertThat(floorHeld).isBetween(180, 199);
  }

  @Test
  void slopeThatMayBeNoneLeavesTheScaleOpen() {
    PowerLaw law =
        PowerLaw.fit(List.of(new Point(1e18, 0.5), new Point(1e19, 0.6), new Point(1e20, 0.49)));

    assertThat(law.alpha().low()).isNegative();
    assertThat(law.scale().low()).isNaN();
  }

  private static int holds(Estimate estimate, double truth) {
    return estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
  }
}
