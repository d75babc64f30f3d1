package dev.prefstream.drift.detect;

/**
 * Scores as whole multiples of 2<sup>-40</sup>, about 9e-13, so that a sum over a moving window is
 * exact: what was added is taken away again without a remainder, for ever. Sums of up to 2<sup>23
 * </sup> scores fit a {@code long}.
 */
public final class ScoreUnits {

  /** A score of 1. */
  public static final long ONE = 1L << 40;

  private ScoreUnits() {}

  /** The nearest multiple. {@code score} is finite and in [0, 1]. */
  public static long of(double score) {
    return Math.round(score * ONE);
  }

  /** Back to a score, exactly. */
  public static double score(long units) {
    return (double) units / ONE;
  }

  /** The square of a score, rounded down to a multiple. */
  public static long square(long units) {
    return Math.multiplyHigh(units << 12, units << 12);
  }
}
