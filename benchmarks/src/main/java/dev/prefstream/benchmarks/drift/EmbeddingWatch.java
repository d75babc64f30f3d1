package dev.prefstream.benchmarks.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.RandomFrequencies;
import dev.prefstream.drift.detect.Sketch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The discrepancy of embeddings, as the stage charts it. */
final class EmbeddingWatch implements Watch {

  private static final int FIRST = 250;

  private final EmbeddingStream stream;
  private final RandomFrequencies frequencies;
  private final double bandwidth;
  private final float[] sums = new float[MeanDiscrepancy.FEATURES];
  private final MeanDiscrepancy.Params params;
  private MeanDiscrepancy.State state = MeanDiscrepancy.State.NEW;
  private int count;

  /**
   * @param runLength embeddings between two false alarms
   * @param model of which the frequencies follow
   */
  EmbeddingWatch(
      EmbeddingStream stream, boolean provisional, int window, double runLength, String model) {
    this.stream = stream;
    frequencies = new RandomFrequencies(model, EmbeddingStream.SIZE);
    int reference = provisional ? ScoreWatch.PROVISIONAL : ScoreWatch.REFERENCE;
    List<Sketch> sketches = new ArrayList<>(reference);
    for (int i = 0; i < reference; i++) {
      sketches.add(sketch());
    }
    bandwidth = MeanDiscrepancy.bandwidth(sketches.subList(0, FIRST));
    List<float[]> chunks = new ArrayList<>();
    for (Sketch sketch : sketches) {
      float[] chunk = chunk(sketch);
      if (chunk != null) {
        chunks.add(chunk);
      }
    }
    double chunksApart = runLength / MeanDiscrepancy.CHUNK;
    params = MeanDiscrepancy.learning(chunks, window, chunksApart, provisional).finish();
  }

  @Override
  public @Nullable String next() {
    float[] chunk = chunk(sketch());
    if (chunk == null) {
      return null;
    }
    state = params.plus(state, chunk, MeanDiscrepancy.CHUNK);
    if (params.read("mmd", state).share() <= 1) {
      return null;
    }
    state = MeanDiscrepancy.State.NEW;
    return "mmd";
  }

  /** Embeddings until it alarms at what comes from now on, or the most. */
  int delay(int most) {
    int delay = 1;
    while (next() == null && delay < most) {
      delay++;
    }
    return delay;
  }

  private Sketch sketch() {
    return requireNonNull(frequencies.sketch(stream.next()));
  }

  private float @Nullable [] chunk(Sketch sketch) {
    MeanDiscrepancy.add(sketch, bandwidth, sums);
    count++;
    if (count < MeanDiscrepancy.CHUNK) {
      return null;
    }
    float[] mean = sums.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= count;
      sums[i] = 0;
    }
    count = 0;
    return mean;
  }
}
