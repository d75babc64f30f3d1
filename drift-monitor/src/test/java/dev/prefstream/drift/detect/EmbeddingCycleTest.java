package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.drift.detect.DiscrepancyLearning.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What hours add to embeddings, of chunks whose features are normal, some wider than others. */
class EmbeddingCycleTest {

  private static final int FEATURES = MeanDiscrepancy.FEATURES;
  private static final int WEEK = 168;
  private static final int DAYS = 2;
  private static final int AN_HOUR = 17;

  /** Standard deviation of a chunk's features in all directions but the first eight. */
  private static final double NARROW = 0.03;

  private static final double WIDE = 0.1;

  /**
   * @param adds what an hour adds along the direction
   */
  private static List<EmbeddingChunk> chunks(
      long seed, int hours, int anHour, double[] direction, LongToDoubleFunction adds) {
    SplittableRandom random = new SplittableRandom(seed);
    List<EmbeddingChunk> chunks = new ArrayList<>();
    for (long hour = 0; hour < hours; hour++) {
      double added = adds.applyAsDouble(hour);
      for (int i = 0; i < anHour; i++) {
        float[] features = new float[FEATURES];
        for (int f = 0; f < FEATURES; f++) {
          double sd = f < 8 ? WIDE : NARROW;
          features[f] = (float) (0.3 + added * direction[f] + sd * random.nextGaussian());
        }
        chunks.add(new EmbeddingChunk(hour * HourlyVolume.HOUR + 60_000L * i, features));
      }
    }
    return chunks;
  }

  private static double[] direction(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] direction = random.doubles(FEATURES).map(x -> x - 0.5).toArray();
    double length = Math.sqrt(Vectors.product(direction, direction));
    for (int f = 0; f < FEATURES; f++) {
      direction[f] /= length;
    }
    return direction;
  }

  private static EmbeddingCycle learnt(List<EmbeddingChunk> chunks, boolean ofWeek) {
    return new CycleLearning(chunks, ofWeek).learn(EmbeddingCycle.NONE.removed(chunks));
  }

  /** Root mean square of what is left of the hours, where it should be nothing. */
  private static double left(
      EmbeddingCycle cycle, int hours, double[] direction, LongToDoubleFunction adds) {
    double mean = IntStream.range(0, hours).mapToDouble(adds::applyAsDouble).sum() / hours;
    double squares = 0;
    for (int hour = 0; hour < hours; hour++) {
      double[] left = new double[FEATURES];
      Vectors.add(left, direction, adds.applyAsDouble(hour) - mean);
      cycle.add(left, hour, -1);
      squares += Vectors.product(left, left);
    }
    return Math.sqrt(squares / hours);
  }

  private static double daily(long hour) {
    return 0.06 * Math.sin(2 * Math.PI * hour / 24);
  }

  private static double weekly(long hour) {
    return Weekend.contains(hour) ? -0.06 : daily(hour);
  }

  @Test
  void noiseIsNoCycle() {
    long found =
        IntStream.range(0, 60)
            .filter(
                seed ->
                    !learnt(chunks(seed, 24 * DAYS, AN_HOUR, direction(1), hour -> 0), false)
                        .equals(EmbeddingCycle.NONE))
            .count();

    assertThat(found).isLessThanOrEqualTo(1);
  }

  @Property(tries = 30)
  void aCycleIsTakenAwayWhateverItsDirection(@ForAll long seed) {
    LongToDoubleFunction large = hour -> 2 * daily(hour);
    double[] direction = direction(seed);
    List<EmbeddingChunk> chunks = chunks(seed, 24 * DAYS, AN_HOUR, direction, large);

    EmbeddingCycle cycle = learnt(chunks, false);

    double before = left(EmbeddingCycle.NONE, 24, direction, large);
    assertThat(left(cycle, 24, direction, large)).isLessThan(before / 2);
    assertThat(cycle.parts())
        .hasSizeLessThanOrEqualTo(4)
        .allSatisfy(part -> assertThat(part.season().once()).hasSize(24));
  }

  /** A level that is another one in each hour comes again at no hour, but by chance. */
  @Test
  void aLevelThatWandersIsNoCycle() {
    long found =
        IntStream.range(0, 40)
            .filter(
                seed -> {
                  double[] levels =
                      new SplittableRandom(seed).doubles(24 * DAYS).map(x -> x - 0.5).toArray();
                  return !learnt(
                          chunks(
                              seed,
                              24 * DAYS,
                              AN_HOUR,
                              direction(seed),
                              hour -> 0.2 * levels[(int) hour]),
                          false)
                      .equals(EmbeddingCycle.NONE);
                })
            .count();

    assertThat(found).isLessThanOrEqualTo(5);
  }

  @Property(tries = 10)
  void weekendsOfAnotherKindAreLearntWhenTheyWereSeenTwice(@ForAll long seed) {
    LongToDoubleFunction large = hour -> 2 * weekly(hour);
    double[] direction = direction(seed);
    List<EmbeddingChunk> chunks = chunks(seed, 2 * WEEK, 3, direction, large);

    EmbeddingCycle cycle = learnt(chunks, true);

    double before = left(EmbeddingCycle.NONE, WEEK, direction, large);
    assertThat(left(cycle, WEEK, direction, large)).isLessThan(before / 2);
  }

  @Property(tries = 20)
  void directionsAreOrthogonalUnits(@ForAll long seed) {
    List<EmbeddingChunk> chunks =
        chunks(seed, 2 * WEEK, 3, direction(seed), EmbeddingCycleTest::weekly);

    List<EmbeddingCycle.Part> parts = learnt(chunks, true).parts();

    for (int i = 0; i < parts.size(); i++) {
      for (int j = 0; j <= i; j++) {
        double product = 0;
        for (int f = 0; f < FEATURES; f++) {
          product += parts.get(i).direction().get(f) * parts.get(j).direction().get(f);
        }
        assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-4));
      }
    }
  }

  /** To the last bit: the charts of streams that do not follow the clock are as they were. */
  @Test
  void withoutACycleTheReferenceIsWhatItIsWithoutAClock() {
    List<EmbeddingChunk> chunks = chunks(3, 24 * DAYS, AN_HOUR, direction(1), hour -> 0);

    MeanDiscrepancy.Params none = params(Clock.NONE, chunks);

    assertThat(params(Clock.DAY, chunks)).isEqualTo(none);
  }

  private static MeanDiscrepancy.Params params(Clock clock, List<EmbeddingChunk> chunks) {
    return new DiscrepancyLearning(clock, chunks, 1, 1000, 4000, true).finish();
  }

  /** It was some three times as high. */
  @Test
  void theThresholdOfACycleIsThatWithoutAndALittle() {
    double[] direction = direction(1);
    LongToDoubleFunction large = hour -> 3 * daily(hour);
    double none = params(Clock.DAY, chunks(4, 240, 4, direction, hour -> 0)).threshold();
    List<EmbeddingChunk> cyclic = chunks(4, 240, 4, direction, large);

    assertThat(params(Clock.DAY, cyclic).threshold()).isBetween(none, 1.5 * none);
    assertThat(params(Clock.NONE, cyclic).threshold()).isGreaterThan(2 * none);
  }

  @Property(tries = 10)
  void errorsComeAgainWithTheHourAndLeaveTheMean(
      @ForAll long seed, @ForAll @IntRange(min = 4, max = 20) int anHour) {
    List<EmbeddingChunk> chunks =
        chunks(seed, 24 * DAYS, anHour, direction(seed), hour -> 3 * daily(hour));
    CycleLearning learning = new CycleLearning(chunks, false);
    EmbeddingCycle cycle = learning.learn(EmbeddingCycle.NONE.removed(chunks));
    double[][] left = cycle.removed(chunks);
    double[][] departures = Vectors.less(left, Vectors.mean(left));
    CycleErrors errors = new CycleErrors(learning, cycle, departures, 1, 1);

    errors.draw();

    List<double[]> day = new ArrayList<>();
    double[] sum = new double[FEATURES];
    for (int i = 0; i < 24 * anHour; i++) {
      day.add(errors.next().clone());
      Vectors.add(sum, day.get(i), 1);
    }
    assertThat(Vectors.product(sum, sum)).isCloseTo(0, within(1e-9));
    for (int i = 0; i < 24 * anHour; i++) {
      assertThat(errors.next()).isEqualTo(day.get(i));
      assertThat(day.get(i)).isEqualTo(day.get(i / anHour * anHour));
    }
    double[] first = day.get(0);
    errors.draw();
    assertThat(errors.next()).isNotEqualTo(first);
  }

  @Test
  void whatHasDriftedSinceIsNoMatterOfTheClock() {
    double[] direction = direction(1);
    double[] elsewhere = direction(2);
    MeanDiscrepancy.Params day =
        params(Clock.DAY, chunks(5, 24 * DAYS, AN_HOUR, direction, EmbeddingCycleTest::daily));
    List<EmbeddingChunk> drifted = new ArrayList<>();
    for (EmbeddingChunk chunk : chunks(6, 2 * WEEK, 3, direction, EmbeddingCycleTest::weekly)) {
      float[] features = chunk.features().clone();
      for (int f = 0; f < FEATURES; f++) {
        features[f] += (float) (0.05 * elsewhere[f]);
      }
      drifted.add(new EmbeddingChunk(chunk.time(), features));
    }

    MeanDiscrepancy.Params week =
        new DiscrepancyLearning(Clock.WEEK, drifted, 1, 1000, 4000, true).finishOnTheLevelOf(day);

    double[][] left = week.cycle().removed(drifted);
    double[] mean = Vectors.mean(left);
    for (int f = 0; f < FEATURES; f++) {
      mean[f] -= week.mean().get(f);
    }
    assertThat(Vectors.product(mean, elsewhere)).isCloseTo(0.05, within(0.02));
  }
}
