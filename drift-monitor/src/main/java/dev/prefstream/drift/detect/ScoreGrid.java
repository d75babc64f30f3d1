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

  private static final int BLOCK = 64;

  private final long[] counts;
  private final long[] countsInBlock = new long[BINS / BLOCK];
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
    for (int i = 0; i < BINS; i++) {
      countsInBlock[i / BLOCK] += counts[i];
    }
    this.total = Arrays.stream(countsInBlock).sum();
  }

  /** Adds a score in [0, 1]. */
  public void add(double score) {
    int bin = bin(score);
    counts[bin]++;
    countsInBlock[bin / BLOCK]++;
    total++;
  }

  /** Adds everything another grid has counted. */
  public void merge(ScoreGrid other) {
    for (int i = 0; i < BINS; i++) {
      counts[i] += other.counts[i];
      countsInBlock[i / BLOCK] += other.counts[i];
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
    Sliding sliding = new Sliding();
    for (double score : window) {
      sliding.enter(score);
    }
    return sliding.distance();
  }

  /** The square of the distance of a window that moves on value by value. */
  WindowStatistic sliding() {
    return new Sliding();
  }

  /**
   * A window beside these scores, which must not change meanwhile. Between the edges of a block of
   * bins the gap of the two sums rises by no more than these scores have in the block and falls by
   * no more than the window has, so that most blocks need no look inside.
   */
  private final class Sliding implements WindowStatistic {

    private final int[] here = new int[BINS];
    private final int[] hereInBlock = new int[BINS / BLOCK];
    private int size;

    @Override
    public void enter(double value) {
      move(value, 1);
    }

    @Override
    public void leave(double value) {
      move(value, -1);
    }

    private void move(double value, int by) {
      int bin = bin(value);
      here[bin] += by;
      hereInBlock[bin / BLOCK] += by;
      size += by;
    }

    @Override
    public double read() {
      double distance = distance();
      return distance * distance;
    }

    double distance() {
      // Both shares in units of 1 / (total * size): whole numbers, and no division for each bin.
      long widest = 0;
      long gap = 0;
      for (int block = 0; block < hereInBlock.length; block++) {
        gap += countsInBlock[block] * size - hereInBlock[block] * total;
        widest = Math.max(widest, Math.abs(gap));
      }
      gap = 0;
      for (int block = 0; block < hereInBlock.length; block++) {
        long rise = countsInBlock[block] * size;
        long fall = hereInBlock[block] * total;
        if (gap + rise > widest || fall - gap > widest) {
          widest = widestWithin(block, gap, widest);
        }
        gap += rise - fall;
      }
      return widest / ((double) total * size);
    }

    private long widestWithin(int block, long before, long soFar) {
      long gap = before;
      long widest = soFar;
      for (int i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
        gap += counts[i] * size - here[i] * total;
        widest = Math.max(widest, Math.abs(gap));
      }
      return widest;
    }
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
