package dev.prefstream.drift.detect;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Frequencies of random Fourier features for a Gaussian kernel of bandwidth 1: A. Rahimi and B.
 * Recht, "Random features for large-scale kernel machines" (NIPS 2007). The bandwidth divides the
 * products later, so they can be taken before it is known. The frequencies follow from the model,
 * on every machine and every Java, since what one machine multiplies another compares. Immutable.
 */
public final class RandomFrequencies {

  /** Frequencies; each gives two features. */
  public static final int COUNT = 16;

  /** Most numbers of an embedding, as of a bundle's. */
  public static final int MOST_NUMBERS = 4096;

  private final int size;
  private final float[] weights;

  /**
   * @param model what the frequencies follow from: the hash of the model
   * @param size numbers in its embeddings, 1 to {@link #MOST_NUMBERS}
   */
  public RandomFrequencies(String model, int size) {
    if (size < 1 || size > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "found embeddings of %d numbers, expected 1 to %d".formatted(size, MOST_NUMBERS));
    }
    this.size = size;
    this.weights = new float[COUNT * size];
    UUID seed = UUID.nameUUIDFromBytes(model.getBytes(StandardCharsets.UTF_8));
    long state = seed.getMostSignificantBits() ^ seed.getLeastSignificantBits();
    for (int i = 0; i < weights.length; i++) {
      state += 0x9E3779B97F4A7C15L;
      double radius = Math.sqrt(-2 * StrictMath.log(uniform(state)));
      state += 0x9E3779B97F4A7C15L;
      weights[i] = (float) (radius * StrictMath.cos(2 * Math.PI * uniform(state)));
    }
  }

  /** In (0, 1]: the mix of G. Steele, D. Lea and C. Flood, "Fast splittable generators" (2014). */
  private static double uniform(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return ((z >>> 11) + 1) * 0x1p-53;
  }

  /**
   * The sketch of an embedding.
   *
   * @param embedding as many numbers as the frequencies are for
   * @return null where a number or a product is NaN or infinite
   */
  public @Nullable Sketch sketch(float[] embedding) {
    if (embedding.length != size) {
      throw new IllegalArgumentException(
          "found an embedding of %d numbers, expected %d".formatted(embedding.length, size));
    }
    float[] products = new float[COUNT];
    for (int frequency = 0; frequency < COUNT; frequency++) {
      double product = 0;
      int row = frequency * size;
      for (int i = 0; i < size; i++) {
        product += weights[row + i] * embedding[i];
      }
      products[frequency] = (float) product;
      if (!Float.isFinite(products[frequency])) {
        return null;
      }
    }
    return new Sketch(size, products);
  }
}
