package dev.prefstream.drift.detect;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Made-up embeddings: normal numbers, wide in the first half of the directions and narrow in the
 * second, each an autoregression of its own.
 */
final class EmbeddingStream {

  static final int SIZE = 8;
  private static final double WIDE = 2;
  private static final double NARROW = 0.5;

  private final SplittableRandom random;
  private final double phi;
  private final double[] state = new double[SIZE];
  private double shift;
  private boolean turned;

  EmbeddingStream(long seed, double phi) {
    this.random = new SplittableRandom(seed);
    this.phi = phi;
    for (int i = 0; i < SIZE; i++) {
      state[i] = random.nextGaussian();
    }
  }

  /** From now on the first direction is off by so much. */
  EmbeddingStream shift(double by) {
    shift = by;
    return this;
  }

  /** From now on wide and narrow directions have changed places: a rotation, the mean stays. */
  EmbeddingStream turn() {
    turned = true;
    return this;
  }

  float[] next() {
    float[] embedding = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      state[i] = phi * state[i] + Math.sqrt(1 - phi * phi) * random.nextGaussian();
      boolean wide = i < SIZE / 2 != turned;
      embedding[i] = (float) (state[i] * (wide ? WIDE : NARROW) + (i == 0 ? shift : 0));
    }
    return embedding;
  }

  /** The chart against what a stream was like, as the stage draws it. */
  static final class Chart {

    private static final int FIRST = 250;

    private final RandomFrequencies frequencies;
    private final double bandwidth;
    private final float[] sums = new float[MeanDiscrepancy.FEATURES];
    private MeanDiscrepancy.@Nullable Params params;
    private MeanDiscrepancy.State state = MeanDiscrepancy.State.NEW;
    private int count;

    /**
     * @param runLength embeddings between two false alarms
     */
    Chart(EmbeddingStream stream, int reference, int window, double runLength, String model) {
      frequencies = new RandomFrequencies(model, SIZE);
      List<Sketch> sketches = new ArrayList<>();
      for (int i = 0; i < reference; i++) {
        sketches.add(sketch(stream.next()));
      }
      bandwidth = MeanDiscrepancy.bandwidth(sketches.subList(0, FIRST));
      List<float[]> chunks = new ArrayList<>();
      for (Sketch sketch : sketches) {
        float[] mean = chunk(sketch);
        if (mean != null) {
          chunks.add(mean);
        }
      }
      double chunksApart = runLength / MeanDiscrepancy.CHUNK;
      params =
          reference < 20_000
              ? MeanDiscrepancy.provisional(chunks, window, chunksApart).finish()
              : MeanDiscrepancy.full(chunks, window, chunksApart).finish();
    }

    /** Whether it alarms at this embedding, after which it begins anew. */
    boolean alarms(float[] embedding) {
      float[] mean = chunk(sketch(embedding));
      if (mean == null) {
        return false;
      }
      state = requireNonNull(params).plus(state, mean, MeanDiscrepancy.CHUNK);
      boolean alarm = params.read("mmd", state).share() > 1;
      if (alarm) {
        state = MeanDiscrepancy.State.NEW;
      }
      return alarm;
    }

    /** Embeddings until the chart alarms at what comes. */
    int delay(EmbeddingStream stream) {
      int delay = 0;
      do {
        delay++;
      } while (!alarms(stream.next()) && delay < 100_000);
      return delay;
    }

    private Sketch sketch(float[] embedding) {
      return requireNonNull(frequencies.sketch(embedding));
    }

    private float @Nullable [] chunk(Sketch sketch) {
      MeanDiscrepancy.add(sketch, bandwidth, sums);
      if (++count < MeanDiscrepancy.CHUNK) {
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
}
