package dev.prefstream.drift.detect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.drift.detect.DiscrepancyLearning.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeanDiscrepancyTest {

  private static final int WINDOW = 1000;

  @Test
  void theBandwidthIsTheMedianDistance() {
    SplittableRandom random = new SplittableRandom(12);
    RandomFrequencies frequencies = new RandomFrequencies("a model", 100);
    List<Sketch> sketches = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      float[] embedding = new float[100];
      for (int j = 0; j < 100; j++) {
        embedding[j] = (float) (7 + random.nextGaussian());
      }
      sketches.add(requireNonNull(frequencies.sketch(embedding)));
    }
    // Sixteen frequencies know it to an eighth of its square.
    assertThat(MeanDiscrepancy.bandwidth(sketches))
        .isCloseTo(Math.sqrt(200), within(0.2 * Math.sqrt(200)));
  }

  @ParameterizedTest
  @EnumSource
  void constantEmbeddingsHaveAChartAndAnotherConstantIsAChange(Clock clock) {
    float[] one = {1, 2, 3};
    float[] other = {1, 2, 3.5f};
    Sketch sketch = sketch("a model", one);
    double bandwidth = MeanDiscrepancy.bandwidth(List.of(sketch, sketch));
    List<EmbeddingChunk> chunks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      float[] sums = new float[MeanDiscrepancy.FEATURES];
      MeanDiscrepancy.add(sketch, bandwidth, sums);
      chunks.add(new EmbeddingChunk(i * 7_200_000L, sums));
    }
    MeanDiscrepancy.Params params =
        new DiscrepancyLearning(clock, chunks, 1, WINDOW, 1e6, false).finish();
    MeanDiscrepancy.State state = MeanDiscrepancy.State.NEW;
    for (int i = 0; i < 100; i++) {
      state = params.plus(state, chunks.get(0), MeanDiscrepancy.CHUNK);
    }
    assertThat(params.read("mmd", state).share()).isLessThan(0.01);

    float[] changed = new float[MeanDiscrepancy.FEATURES];
    MeanDiscrepancy.add(sketch("a model", other), bandwidth, changed);
    for (int i = 0; i < 5; i++) {
      state = params.plus(state, new EmbeddingChunk(0, changed), MeanDiscrepancy.CHUNK);
    }
    assertThat(params.read("mmd", state).share()).isGreaterThan(1);
    assertThat(state.since()).isLessThanOrEqualTo(5L * MeanDiscrepancy.CHUNK);
  }

  @Test
  void frequenciesFollowFromTheModelOnEveryMachine() {
    float[] embedding = {1, -2, 0.5f};
    Sketch sketch = sketch("a".repeat(64), embedding);

    assertThat(sketch("a".repeat(64), embedding)).isEqualTo(sketch);
    assertThat(sketch("b".repeat(64), embedding)).isNotEqualTo(sketch);
    assertThat(new RandomFrequencies("a", 1).sketch(new float[] {Float.NaN})).isNull();
    assertThat(new RandomFrequencies("a", 1).sketch(new float[] {Float.MAX_VALUE})).isNull();
  }

  private static Sketch sketch(String model, float[] embedding) {
    return requireNonNull(new RandomFrequencies(model, embedding.length).sketch(embedding));
  }

  @Test
  void frequenciesAreStandardNormal() {
    double sum = 0;
    double squares = 0;
    int size = 1000;
    RandomFrequencies frequencies = new RandomFrequencies("a model", size);
    for (int i = 0; i < size; i++) {
      float[] unit = new float[size];
      unit[i] = 1;
      Sketch sketch = requireNonNull(frequencies.sketch(unit));
      for (int f = 0; f < RandomFrequencies.COUNT; f++) {
        sum += sketch.product(f);
        squares += sketch.product(f) * sketch.product(f);
      }
    }
    int n = size * RandomFrequencies.COUNT;
    assertThat(sum / n).isCloseTo(0, within(0.03));
    assertThat(squares / n).isCloseTo(1, within(0.05));
  }
}
