package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.drift.detect.RandomFrequencies;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SketchesTest {

  private final Counter passedOver = new SimpleMeterRegistry().counter("passed-over");
  private final Sketches sketches = new Sketches(passedOver);

  @Test
  void areThoseOfTheModelsRandomFrequencies() {
    List<Float> embedding = List.of(0.5f, -1f, 2f);

    assertThat(sketches.of("hash", embedding))
        .usingRecursiveComparison()
        .isEqualTo(new RandomFrequencies("hash", 3).sketch(new float[] {0.5f, -1f, 2f}));
    for (int model = 0; model < 10; model++) {
      assertThat(sketches.of("hash" + model, embedding)).isNotNull();
    }
    assertThat(sketches.of("hash", embedding))
        .usingRecursiveComparison()
        .isEqualTo(sketches.of("hash", embedding));
    assertThat(passedOver.count()).isZero();
  }

  @Test
  void whatCannotBeSketchedIsPassedOverAndCounted() {
    assertThat(sketches.of("hash", List.of())).isNull();
    assertThat(sketches.of("hash", List.of(1f, Float.NaN))).isNull();
    assertThat(sketches.of("hash", List.of(1f, Float.POSITIVE_INFINITY))).isNull();
    assertThat(sketches.of("hash", Collections.nCopies(RandomFrequencies.MOST_NUMBERS + 1, 1f)))
        .isNull();
    assertThat(passedOver.count()).isEqualTo(4);
  }
}
