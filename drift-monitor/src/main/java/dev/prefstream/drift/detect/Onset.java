package dev.prefstream.drift.detect;

/**
 * Since when a stream differs: the last time a one-sided cumulative sum stood at zero, the estimate
 * of the change point in E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954).
 */
public final class Onset {

  private Onset() {}

  /**
   * Index in {@code scores} of the first one after the last zero of the sum of {@code score -
   * boundary} (upwards) or {@code boundary - score} (downwards); the index of the last score when
   * the sum ends at zero.
   *
   * @param boundary half way between where the mean was and where it went
   */
  public static int estimate(double[] scores, double boundary, boolean upwards) {
    double sum = 0;
    int start = 0;
    for (int i = 0; i < scores.length; i++) {
      double step = upwards ? scores[i] - boundary : boundary - scores[i];
      sum = Math.max(0, sum + step);
      if (sum == 0) {
        start = i + 1;
      }
    }
    return Math.min(start, scores.length - 1);
  }
}
