package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a cycle that was taken away may be wrong by. It stays for as long as the hour does and comes
 * again with it, so that a moving average takes it for a change. References are drawn that might as
 * well have come, of the cycle found and blocks of what it leaves, and what is learnt of each
 * differs from that cycle (B. Efron and R. J. Tibshirani, "An introduction to the bootstrap"
 * (1993), section 9.4): in what hours add, in their directions, and in what counts as more than
 * chance. Mutable; one thread.
 */
final class CycleErrors {

  private static final long SEED = 0x5EEDL;

  private final CycleLearning learning;
  private final EmbeddingCycle cycle;
  private final double[][] left;
  private final int block;
  private final double[] chunks;
  private final double[][] drawn;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private int hour;
  private double rest;

  /**
   * @param cycle what was found
   * @param left what it leaves of the reference's features, in order
   * @param block chunks to draw together
   * @param part which part the reference's chunks are of all
   */
  CycleErrors(
      CycleLearning learning, EmbeddingCycle cycle, double[][] left, int block, double part) {
    this.learning = learning;
    this.cycle = cycle;
    this.left = left;
    this.block = block;
    this.chunks = learning.chunks();
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] /= part;
    }
    this.drawn = new double[chunks.length][left[0].length];
    this.hour = chunks.length - 1;
  }

  /** From now on it is wrong by something else. */
  void draw() {
    double[][] features = new double[left.length][];
    int[] places = BlockBootstrap.places(left.length, block, random);
    for (int i = 0; i < features.length; i++) {
      features[i] = learning.added(cycle, left[places[i]], i);
    }
    EmbeddingCycle learnt = learning.learn(features);
    double[] mean = new double[left[0].length];
    double all = 0;
    for (int i = 0; i < drawn.length; i++) {
      Arrays.fill(drawn[i], 0);
      cycle.add(drawn[i], i, 1);
      learnt.add(drawn[i], i, -1);
      Vectors.add(mean, drawn[i], chunks[i]);
      all += chunks[i];
    }
    for (double[] error : drawn) {
      Vectors.add(error, mean, -1 / all);
    }
  }

  /** The error of the next chunk; not to be changed. */
  double[] next() {
    while (rest < 1) {
      hour = (hour + 1) % chunks.length;
      rest += chunks[hour];
    }
    rest--;
    return drawn[hour];
  }
}
