package dev.prefstream.benchmarks.drift;

import java.util.SplittableRandom;

/**
 * Made-up embeddings: normal numbers, wide in the first half of the directions and narrow in the
 * second, each an autoregression of its own; where there is a cycle the first direction follows a
 * sine over each day, and where it is weekly, from Saturday to Sunday half of it, and the second is
 * off. Seeded. Mutable; one thread.
 */
final class EmbeddingStream {

  static final int SIZE = 8;
  private static final double WIDE = 2;
  private static final double NARROW = 0.5;

  /** As far, in standard deviations, as the cycle of scores, and as weekends of embeddings. */
  private static final double AMPLITUDE = 0.45;

  private final SplittableRandom random;
  private final double phi;
  private final ScoreStream.Cycle cycle;
  private final int aDay;
  private final double[] state = new double[SIZE];
  private double shift;
  private boolean turned;
  private long taken;

  /**
   * @param aDay embeddings a day, where there is a cycle
   * @param begins days after a Thursday on which it begins
   */
  EmbeddingStream(long seed, double phi, ScoreStream.Cycle cycle, int aDay, int begins) {
    this.random = new SplittableRandom(seed);
    this.phi = phi;
    this.cycle = cycle;
    this.aDay = aDay;
    this.taken = (long) begins * aDay;
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

  ScoreStream.Cycle cycle() {
    return cycle;
  }

  int aDay() {
    return aDay;
  }

  /** Event time of the last embedding, in milliseconds; always the same without a cycle. */
  long time() {
    return cycle == ScoreStream.Cycle.NONE ? 0 : taken * ScoreStream.DAY / aDay;
  }

  /** What the clock adds to a direction. */
  private double ofTheClock(int direction) {
    if (cycle == ScoreStream.Cycle.NONE || direction > 1) {
      return 0;
    }
    boolean weekend = cycle == ScoreStream.Cycle.WEEKLY && ScoreStream.isWeekend(taken / aDay);
    if (direction == 1) {
      return weekend ? AMPLITUDE : 0;
    }
    return (weekend ? 0.5 : 1) * AMPLITUDE * Math.sin(2 * Math.PI * (taken % aDay) / aDay);
  }

  float[] next() {
    taken++;
    float[] embedding = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      state[i] = phi * state[i] + Math.sqrt(1 - phi * phi) * random.nextGaussian();
      double value = state[i] + (i == 0 ? shift : 0) + ofTheClock(i);
      embedding[i] = (float) (value * (i < SIZE / 2 != turned ? WIDE : NARROW));
    }
    return embedding;
  }
}
