package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;

/**
 * How the features of embeddings follow the clock: along a few directions. Features are bounded and
 * move together, so what an hour adds to all of them is a number or some, not one for each feature;
 * so is what it may be wrong by.
 *
 * @param parts what hours add, along one direction each; empty for no cycle
 */
public record EmbeddingCycle(List<Part> parts) {

  /** No cycle. */
  public static final EmbeddingCycle NONE = new EmbeddingCycle(List.of());

  /**
   * What hours add along a direction.
   *
   * @param direction a unit vector of features
   * @param season what each hour of the week adds along it
   */
  public record Part(List<Double> direction, HourOfWeek season) {
    public Part {
      direction = List.copyOf(direction);
    }
  }

  public EmbeddingCycle {
    parts = List.copyOf(parts);
  }

  /** The features of each of some chunks, less what its hour adds. */
  double[][] removed(List<EmbeddingChunk> chunks) {
    return chunks.stream().map(this::removed).toArray(double[][]::new);
  }

  /** The features of a chunk, less what its hour adds. */
  double[] removed(EmbeddingChunk chunk) {
    double[] left = new double[MeanDiscrepancy.FEATURES];
    Arrays.setAll(left, f -> chunk.features()[f]);
    add(left, chunk.hour(), -1);
    return left;
  }

  /** Adds to features what an hour adds, times a weight. */
  void add(double[] features, long hour, double weight) {
    for (Part part : parts) {
      double adds = weight * part.season.added(hour);
      for (int f = 0; f < features.length; f++) {
        features[f] += adds * part.direction.get(f);
      }
    }
  }
}
