package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts of scores on a fixed grid of {@link #BINS} equal bins over [0, 1]: small, mergeable, and
 * wrong about the share at or below any score by at most the mass of one bin. Mutable; one thread.
 */
public final class ScoreGrid {

  /** Bins of the grid. */
  public static final int BINS = 4096;

  private final long[] counts;
  private long total;

  public ScoreGrid() {
    this(new long[BINS]);
  }

  /** Of counts kept before; the array is copied. */
  public ScoreGrid(long[] counts) {
    if (counts.length != BINS) {
      throw new IllegalArgumentException(
          "found %d bins, expected %d".formatted(counts.length, BINS));
    }
    this.counts = counts.clone();
    this.total = Arrays.stream(counts).sum();
  }

  /** Adds a score in [0, 1]. */
  public void add(double score) {
    counts[bin(score)]++;
    total++;
  }

  /** Adds everything another grid has counted. */
  public void merge(ScoreGrid other) {
    for (int i = 0; i < BINS; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
  }

  public long total() {
    return total;
  }

  /** A copy of the counts. */
  public long[] counts() {
    return counts.clone();
  }

  /** Mass of the fullest bin: the most by which {@link #distance} can be off. */
  public double error() {
    return total == 0 ? 0 : (double) Arrays.stream(counts).max().orElse(0) / total;
  }

  /**
   * Kolmogorov-Smirnov distance between these scores and a window of exact ones, taken at the edges
   * of bins: never above the true one, and below it by at most the mass of one bin on either side.
   */
  public double distance(double[] window) {
    int[] here = new int[BINS];
    for (double score : window) {
      here[bin(score)]++;
    }
    double distance = 0;
    long below = 0;
    int belowHere = 0;
    for (int i = 0; i < BINS; i++) {
      below += counts[i];
      belowHere += here[i];
      distance =
          Math.max(distance, Math.abs((double) below / total - (double) belowHere / window.length));
    }
    return distance;
  }

  /**
   * Population stability index between these scores and a window, over {@code groups} groups that
   * each hold about an equal share of these scores; half a count is added to each group so that an
   * empty one does not make it infinite. Usual reading: above 0.1 look, above 0.25 act.
   */
  public double stabilityIndex(double[] window, int groups) {
    long[] expected = new long[groups];
    long[] found = new long[groups];
    int[] group = new int[BINS];
    long below = 0;
    for (int i = 0; i < BINS; i++) {
      // By the middle of the bin's mass, so that a bin heavier than a group still has one of its
      // own.
      double middle = (below + counts[i] / 2.0) / Math.max(1, total);
      group[i] = (int) Math.min(groups - 1, Math.floor(middle * groups));
      expected[group[i]] += counts[i];
      below += counts[i];
    }
    for (double score : window) {
      found[group[bin(score)]]++;
    }
    double index = 0;
    for (int g = 0; g < groups; g++) {
      double p = (expected[g] + 0.5) / (total + 0.5 * groups);
      double q = (found[g] + 0.5) / (window.length + 0.5 * groups);
      index += (q - p) * Math.log(q / p);
    }
    return index;
  }

  /** Summary of these scores; each is taken at the middle of its bin. */
  public Summary summary() {
    double sum = 0;
    for (int i = 0; i < BINS; i++) {
      sum += counts[i] * middle(i);
    }
    double mean = sum / total;
    double squares = 0;
    for (int i = 0; i < BINS; i++) {
      squares += counts[i] * (middle(i) - mean) * (middle(i) - mean);
    }
    List<Double> quantiles = new ArrayList<>();
    if (total > 0) {
      Summary.LEVELS.forEach(level -> quantiles.add(quantile(level)));
    }
    return new Summary(
        total, mean, total < 2 ? Double.NaN : Math.sqrt(squares / (total - 1)), quantiles);
  }

  private double quantile(double level) {
    long rank = (long) Math.ceil(level * total);
    long below = 0;
    for (int i = 0; i < BINS; i++) {
      below += counts[i];
      if (below >= rank) {
        return middle(i);
      }
    }
    return 1;
  }

  private static double middle(int bin) {
    return (bin + 0.5) / BINS;
  }

  private static int bin(double score) {
    return Math.min(BINS - 1, (int) (score * BINS));
  }
}
