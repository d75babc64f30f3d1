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
    return distance(here, window.length);
  }

  private double distance(int[] here, int size) {
    double distance = 0;
    long below = 0;
    int belowHere = 0;
    for (int i = 0; i < BINS; i++) {
      below += counts[i];
      belowHere += here[i];
      distance = Math.max(distance, Math.abs((double) below / total - (double) belowHere / size));
    }
    return distance;
  }

  /** The square of the distance of a window that moves on value by value. */
  WindowStatistic sliding() {
    return new WindowStatistic() {
      private final int[] here = new int[BINS];
      private int size;

      @Override
      public void enter(double value) {
        here[bin(value)]++;
        size++;
      }

      @Override
      public void leave(double value) {
        here[bin(value)]--;
        size--;
      }

      @Override
      public double read() {
        double distance = distance(here, size);
        return distance * distance;
      }
    };
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

  static int bin(double score) {
    return Math.min(BINS - 1, (int) (score * BINS));
  }
}
