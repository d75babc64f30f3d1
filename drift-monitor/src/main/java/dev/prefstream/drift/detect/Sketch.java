package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * What is kept of an embedding: its products with {@link RandomFrequencies}. The squared difference
 * of two sketches is on average the squared distance of the embeddings for each number (W. B.
 * Johnson and J. Lindenstrauss, "Extensions of Lipschitz mappings into a Hilbert space", 1984).
 * Immutable.
 */
public final class Sketch {

  private final int size;
  private final float[] products;

  /**
   * @param size numbers in the embedding, positive
   * @param products {@link RandomFrequencies#COUNT} finite numbers; taken over
   */
  public Sketch(int size, float[] products) {
    if (size < 1 || products.length != RandomFrequencies.COUNT) {
      throw new IllegalArgumentException(
          "found %d products of an embedding of %d, expected %d of at least 1"
              .formatted(products.length, size, RandomFrequencies.COUNT));
    }
    this.size = size;
    this.products = products;
  }

  /** Numbers in the embedding. */
  public int size() {
    return size;
  }

  /** The product with a frequency, from 0. */
  public float product(int frequency) {
    return products[frequency];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sketch sketch
        && size == sketch.size
        && Arrays.equals(products, sketch.products);
  }

  @Override
  public int hashCode() {
    return 31 * size + Arrays.hashCode(products);
  }
}
