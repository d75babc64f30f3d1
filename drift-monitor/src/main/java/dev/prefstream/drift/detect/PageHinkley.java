package dev.prefstream.drift.detect;

/**
 * Page-Hinkley test for a change of the mean, both ways, with a running mean in place of a
 * reference: E. S. Page (1954) and D. V. Hinkley, "Inference about the change-point from cumulative
 * sum tests", Biometrika 58 (1971), in the recursive form that stream-mining libraries use.
 */
public final class PageHinkley {

  private PageHinkley() {}

  /**
   * What the test is run with.
   *
   * @param least values before it may alarm
   * @param delta change that is tolerated, in the values' own unit
   * @param threshold alarm above this
   * @param forgetting factor on the sums with each value, in (0, 1]
   */
  public record Params(int least, double delta, double threshold, double forgetting) {

    /** What river 0.21 takes when nothing is said. */
    public static final Params DEFAULT = new Params(30, 0.005, 50, 1 - 0.0001);
  }

  /**
   * The test so far.
   *
   * @param count values seen
   * @param mean their mean
   * @param up sum of deviations less delta
   * @param down sum of deviations plus delta
   * @param low least value of {@code up} so far
   * @param high greatest value of {@code down} so far
   */
  public record State(long count, double mean, double up, double down, double low, double high) {

    /** Before any value. */
    public static final State NEW =
        new State(0, 0, 0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    /** After one more value. */
    public State plus(double x, Params params) {
      long n = count + 1;
      double newMean = mean + (x - mean) / n;
      double newUp = params.forgetting() * up + x - newMean - params.delta();
      double newDown = params.forgetting() * down + x - newMean + params.delta();
      return new State(n, newMean, newUp, newDown, Math.min(low, newUp), Math.max(high, newDown));
    }

    /** The larger of rise and fall. */
    public double statistic() {
      return count == 0 ? 0 : Math.max(up - low, high - down);
    }

    public boolean alarm(Params params) {
      return count >= params.least() && statistic() > params.threshold();
    }
  }
}
