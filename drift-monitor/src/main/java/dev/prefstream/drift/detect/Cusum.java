package dev.prefstream.drift.detect;

/**
 * Two-sided cumulative sum of standardised values: E. S. Page, "Continuous inspection schemes",
 * Biometrika 41 (1954). On the scores themselves it sees a change of the mean, on their squared
 * deviations a change of dispersion.
 */
public final class Cusum {

  private Cusum() {}

  /**
   * What the chart is drawn with.
   *
   * @param k allowance in standard deviations, positive: half the smallest shift worth finding
   * @param up alarm when the upward sum exceeds this, in standard deviations
   * @param down alarm when the downward sum exceeds this, in standard deviations
   */
  public record Params(double k, double up, double down) {
    public Params {
      if (!(k > 0 && up > 0 && down > 0)) {
        throw new IllegalArgumentException(
            "k = %s, up = %s, down = %s: all must be positive".formatted(k, up, down));
      }
    }

    /** The same threshold on both sides. */
    public Params(double k, double h) {
      this(k, h, h);
    }
  }

  /**
   * The chart so far.
   *
   * @param up upward sum
   * @param down downward sum
   * @param upSince values since the upward sum was last zero
   * @param downSince values since the downward sum was last zero
   */
  public record State(double up, double down, long upSince, long downSince) {

    /** Before any value. */
    public static final State NEW = new State(0, 0, 0, 0);

    /** After one more standardised value. */
    public State plus(double z, double k) {
      double newUp = Math.max(0, up + z - k);
      double newDown = Math.max(0, down - z - k);
      return new State(
          newUp, newDown, newUp == 0 ? 0 : upSince + 1, newDown == 0 ? 0 : downSince + 1);
    }

    /** Whether one of the sums is over its threshold. */
    public boolean alarm(Params params) {
      return statistic(params) > 1;
    }

    /** The larger of the sums, each in parts of its threshold: above 1 is an alarm. */
    public double statistic(Params params) {
      return Math.max(up / params.up(), down / params.down());
    }

    /** How many values ago the change began, by the larger sum's last zero. */
    public long since(Params params) {
      return up / params.up() >= down / params.down() ? upSince : downSince;
    }
  }
}
