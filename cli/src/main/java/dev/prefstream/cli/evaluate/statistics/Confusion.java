package dev.prefstream.cli.evaluate.statistics;

/**
 * What a threshold does: rows above it are called positive.
 *
 * @param truePositives called and positive
 * @param falsePositives called and negative
 * @param trueNegatives not called and negative
 * @param falseNegatives not called and positive
 */
public record Confusion(
    long truePositives, long falsePositives, long trueNegatives, long falseNegatives) {

  /** Of rows whose score is strictly above the threshold called positive. */
  public static Confusion at(double threshold, double[] scores, boolean[] labels) {
    long[] counts = new long[4];
    for (int i = 0; i < scores.length; i++) {
      boolean called = scores[i] > threshold;
      counts[called ? (labels[i] ? 0 : 1) : (labels[i] ? 3 : 2)]++;
    }
    return new Confusion(counts[0], counts[1], counts[2], counts[3]);
  }

  public long rows() {
    return truePositives + falsePositives + trueNegatives + falseNegatives;
  }

  public double accuracy() {
    return share(truePositives + trueNegatives, rows());
  }

  /** Share of the called that are positive; NaN when none is called. */
  public double precision() {
    return share(truePositives, truePositives + falsePositives);
  }

  /** Share of the positives that are called; NaN when there is none. */
  public double recall() {
    return share(truePositives, truePositives + falseNegatives);
  }

  /** Harmonic mean of precision and recall, {@code 2 TP / (2 TP + FP + FN)}. */
  public double f1() {
    return share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
  }

  /** Mean of recall and the share of negatives not called; NaN when a class is missing. */
  public double balancedAccuracy() {
    return (recall() + share(trueNegatives, trueNegatives + falsePositives)) / 2;
  }

  private static double share(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }
}
