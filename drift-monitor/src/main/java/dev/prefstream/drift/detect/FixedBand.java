package dev.prefstream.drift.detect;

/**
 * The fixed band: the mean of the last {@code window} scores lies further than {@code band} from
 * 0.5.
 *
 * <p>It is simple and known, and weak: a stable stream with mean 0.66 alarms for ever, and a shift
 * of 0.10 away from 0.5 never does.
 */
public final class FixedBand {

  /** Where the rule expects the mean. */
  public static final double CENTRE = 0.5;

  private FixedBand() {}

  /**
   * What the user sets.
   *
   * @param window scores in the mean, at least 1
   * @param band distance from 0.5 that is still good, in [0, 0.5]
   */
  public record Params(int window, double band) {
    public Params {
      if (window < 1) {
        throw new IllegalArgumentException("window = " + window + ": must be at least 1");
      }
      if (!(band >= 0 && band <= 0.5)) {
        throw new IllegalArgumentException("band = " + band + ": must be in [0, 0.5]");
      }
    }
  }

  /**
   * Whether a full window breaks the rule. Compared in whole units; a mean within one unit (9e-13)
   * of the band's edge counts as on it, so that 0.65 does not exceed a band of 0.15 for want of a
   * binary fraction.
   *
   * @param sum sum of the window's scores in {@link ScoreUnits}
   */
  public static boolean outside(Params params, long sum) {
    long window = params.window();
    long distance = Math.abs(sum - window * ScoreUnits.of(CENTRE));
    return distance > Math.round(window * params.band() * ScoreUnits.ONE) + window;
  }

  /** |mean - 0.5|, the statistic of a window with that sum. */
  public static double statistic(Params params, long sum) {
    return Math.abs(ScoreUnits.score(sum) / params.window() - CENTRE);
  }
}
