package dev.prefstream.cli.evaluate.statistics;

/**
 * Score interval of an AUC, from its value and the sizes of the classes alone: all values that lie
 * within 1.96 of their own standard errors of it. The variance is Hanley and McNeil's (1982) with
 * the mean of both sizes in its bracket, which is method 5 of Newcombe (2006, Statistics in
 * Medicine 25, 559). As Wilson's interval of a share, it does not shrink to nothing at 0 and 1.
 */
final class AucScore {

  private static final int STEPS = 60;

  private AucScore() {}

  /**
   * At 95 %.
   *
   * @param positives 1 or more
   * @param negatives 1 or more
   */
  static Estimate interval(double auc, long positives, long negatives) {
    return new Estimate(
        auc, bound(auc, 0, positives, negatives), bound(auc, 1, positives, negatives));
  }

  /** The farthest value towards an end that is not significantly far; by bisection. */
  private static double bound(double auc, double end, long positives, long negatives) {
    double in = auc;
    double out = end;
    for (int i = 0; i < STEPS; i++) {
      double middle = (in + out) / 2;
      double away = (middle - auc) / Wilson.Z;
      if (away * away <= variance(middle, positives, negatives)) {
        in = middle;
      } else {
        out = middle;
      }
    }
    return in;
  }

  private static double variance(double auc, long positives, long negatives) {
    double mean = (positives + negatives) / 2.0;
    double pairs = (double) positives * negatives;
    return auc * (1 - auc) * (1 + (mean - 1) * ((1 - auc) / (2 - auc) + auc / (1 + auc))) / pairs;
  }
}
