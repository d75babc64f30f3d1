package dev.prefstream.drift.detect;

import java.util.SplittableRandom;

/**
 * Places in a reference, drawn in blocks so that neighbours stay neighbours (H. R. Kuensch, "The
 * jackknife and the bootstrap for general stationary observations", Annals of Statistics 17
 * (1989)). The reference is a sample, and what comes later is as far from it as another drawn from
 * it would be: so the places are of populations that the reference may come from, one after the
 * other. Mutable; one thread.
 */
final class BlockBootstrap {

  /** Populations over which a rate is averaged. */
  private static final int POPULATIONS = 40;

  private final int size;
  private final int block;
  private final int stretch;
  private final SplittableRandom random;
  private int[] population = new int[0];
  private int drawn;
  private int at;
  private int left;

  /**
   * @param size values of the reference
   * @param block length of the blocks
   * @param draws how many places will be drawn, about
   * @param least how many to draw from a population at least
   */
  BlockBootstrap(int size, int block, int draws, int least, long seed) {
    this.size = size;
    this.block = block;
    this.stretch = Math.max(least, draws / POPULATIONS);
    this.random = new SplittableRandom(seed);
  }

  /** Whether the next place is the first of another population. */
  boolean changes() {
    return drawn % stretch == 0;
  }

  /** The next place, from 0. */
  int next() {
    if (changes()) {
      population = places(size, block, random);
      left = 0;
    }
    if (left == 0) {
      at = random.nextInt(size);
      left = block;
    }
    int place = population[at];
    at = at + 1 == size ? 0 : at + 1;
    left--;
    drawn++;
    return place;
  }

  /** Places of as many values as the reference has, drawn from it. */
  static int[] places(int size, int block, SplittableRandom random) {
    int[] places = new int[size];
    int place = 0;
    for (int i = 0; i < size; i++) {
      place = i % block == 0 ? random.nextInt(size) : (place + 1) % size;
      places[i] = place;
    }
    return places;
  }
}
