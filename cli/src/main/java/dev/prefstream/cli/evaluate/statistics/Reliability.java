package dev.prefstream.cli.evaluate.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often it happened against how likely the scores said it was, in ten bins of equal width (Guo
 * et al. 2017, "On calibration of modern neural networks").
 */
public final class Reliability {

  public static final int BINS = 10;

  private Reliability() {}

  /**
   * One bin that holds rows.
   *
   * @param low least score of the bin
   * @param predicted mean score of its rows
   * @param observed share of positives among them, with Wilson's interval
   */
  public record Bin(double low, double high, long rows, double predicted, Estimate observed) {}

  /** Bins that hold rows, rising. A score of 1 is in the last one. */
  public static List<Bin> bins(double[] scores, boolean[] labels) {
    long[] rows = new long[BINS];
    long[] hits = new long[BINS];
    double[] sums = new double[BINS];
    for (int i = 0; i < scores.length; i++) {
      int bin = bin(scores[i]);
      rows[bin]++;
      hits[bin] += labels[i] ? 1 : 0;
      sums[bin] += scores[i];
    }
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      if (rows[bin] > 0) {
        bins.add(
            new Bin(
                (double) bin / BINS,
                (bin + 1.0) / BINS,
                rows[bin],
                sums[bin] / rows[bin],
                Wilson.share(hits[bin], rows[bin])));
      }
    }
    return bins;
  }

  /** Expected calibration error, equation 3; NaN without rows. */
  public static double error(double[] scores, boolean[] labels) {
    double[] weights = new double[scores.length];
    Arrays.fill(weights, 1);
    return error(scores, labels, weights);
  }

  /** The same as if both classes were equally frequent; NaN when one is missing. */
  public static double balancedError(double[] scores, boolean[] labels) {
    long positives = 0;
    for (boolean label : labels) {
      positives += label ? 1 : 0;
    }
    double up = 0.5 / positives;
    double down = 0.5 / (labels.length - positives);
    double[] weights = new double[scores.length];
    Arrays.setAll(weights, i -> labels[i] ? up : down);
    return positives == 0 || positives == labels.length
        ? Double.NaN
        : error(scores, labels, weights);
  }

  private static double error(double[] scores, boolean[] labels, double[] weights) {
    double[] gaps = new double[BINS];
    double whole = 0;
    for (int i = 0; i < scores.length; i++) {
      gaps[bin(scores[i])] += weights[i] * ((labels[i] ? 1 : 0) - scores[i]);
      whole += weights[i];
    }
    return Arrays.stream(gaps).map(Math::abs).sum() / whole;
  }

  private static int bin(double score) {
    return Math.min(BINS - 1, (int) (score * BINS));
  }
}
