package dev.prefstream.drift;

import dev.prefstream.drift.detect.RandomFrequencies;
import dev.prefstream.drift.detect.Sketch;
import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sketches of embeddings. Random frequencies are made once for each model and length of its
 * embeddings, and kept for a few. One thread.
 */
final class Sketches {

  /** More than the models that are scored with at a time. */
  private static final int MOST_FREQUENCIES = 4;

  /** What random frequencies are made for. */
  private record Source(String model, int size) {}

  private final Map<Source, RandomFrequencies> frequencies = new HashMap<>();
  private final Counter passedOver;

  /**
   * @param passedOver counts embeddings that cannot be sketched
   */
  Sketches(Counter passedOver) {
    this.passedOver = passedOver;
  }

  /** Null for an embedding that is empty, too long, or holds NaN or infinity. */
  @Nullable Sketch of(String model, List<Float> embedding) {
    int size = embedding.size();
    Sketch sketch = null;
    if (size > 0 && size <= RandomFrequencies.MOST_NUMBERS) {
      float[] numbers = new float[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = embedding.get(i);
      }
      sketch = frequencies(new Source(model, size)).sketch(numbers);
    }
    if (sketch == null) {
      passedOver.increment();
    }
    return sketch;
  }

  private RandomFrequencies frequencies(Source source) {
    if (frequencies.size() >= MOST_FREQUENCIES && !frequencies.containsKey(source)) {
      frequencies.clear();
    }
    return frequencies.computeIfAbsent(source, s -> new RandomFrequencies(s.model(), s.size()));
  }
}
