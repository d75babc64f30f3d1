package dev.prefstream.benchmarks.drift;

import java.util.SplittableRandom;

/**
 * Made-up embeddings: normal numbers, wide in the first half of the directions and narrow in the
 * second, each an autoregression of its own; where there is a cycle the first direction follows a
 * sine over each day. Seeded. Mutable; one thread.
 */
final class EmbeddingStream {

  static final int SIZE = 8;
  private static final double WIDE = 2;
  private static final double NARROW = 0.5;

  /** As far, in standard deviations, as the cycle of scores. */
  private static final double AMPLITUDE = 0.45;

  private static final long DAY = 24L * 3_600_000;

  private final SplittableRandom random;
  private final double phi;
  private final int aDay;
  private final double[] state = new double[SIZE];
  private double shift;
  private boolean turned;
  private long taken;

  /**
   * @param aDay embeddings a day, over which they follow a sine; 0 for no cycle
   */
  EmbeddingStream(long seed, double phi, int aDay) {
    this.random = new SplittableRandom(seed);
    this.phi = phi;
    this.aDay = aDay;
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

  boolean daily() {
    return aDay > 0;
  }

  /** Embeddings of two days; 0 without a cycle. */
  int twoDays() {
    return 2 * aDay;
  }

  /** Event time of the last embedding, in milliseconds; always the same without a cycle. */
  long time() {
    return daily() ? taken * DAY / aDay : 0;
  }

  float[] next() {
    taken++;
    double cycle = daily() ? AMPLITUDE * Math.sin(2 * Math.PI * (taken % aDay) / aDay) : 0;
    float[] embedding = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      state[i] = phi * state[i] + Math.sqrt(1 - phi * phi) * random.nextGaussian();
      double value = state[i] + (i == 0 ? shift + cycle : 0);
      embedding[i] = (float) (value * (i < SIZE / 2 != turned ? WIDE : NARROW));
    }
    return embedding;
  }
}
