package dev.prefstream.benchmarks.drift;

import java.util.SplittableRandom;

/**
 * Made-up embeddings: normal numbers, wide in the first half of the directions and narrow in the
 * second, each an autoregression of its own; the first direction follows a sine over each day's
 * 2,000 where it is daily. Seeded. Mutable; one thread.
 */
final class EmbeddingStream {

  static final int SIZE = 8;
  private static final double WIDE = 2;
  private static final double NARROW = 0.5;

  /** As far, in standard deviations, as the cycle of scores. */
  private static final double AMPLITUDE = 0.45;

  private final SplittableRandom random;
  private final double phi;
  private final boolean daily;
  private final double[] state = new double[SIZE];
  private double shift;
  private boolean turned;
  private long taken;

  EmbeddingStream(long seed, double phi, boolean daily) {
    this.random = new SplittableRandom(seed);
    this.phi = phi;
    this.daily = daily;
    for (int i = 0; i < SIZE; i++) {
      state[i] = random.nextGaussian();
    }
  }

  /** From now on the first direction is off by so many of its standard deviations. */
  void shift(double by) {
    shift = by;
  }

  /** From now on wide and narrow directions have changed places: a rotation, the mean stays. */
  void turn() {
    turned = true;
  }

  float[] next() {
    taken++;
    double cycle =
        daily
            ? AMPLITUDE * Math.sin(2 * Math.PI * (taken % ScoreStream.A_DAY) / ScoreStream.A_DAY)
            : 0;
    float[] embedding = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      state[i] = phi * state[i] + Math.sqrt(1 - phi * phi) * random.nextGaussian();
      double value = state[i] + (i == 0 ? shift + cycle : 0);
      embedding[i] = (float) (value * (i < SIZE / 2 != turned ? WIDE : NARROW));
    }
    return embedding;
  }
}
