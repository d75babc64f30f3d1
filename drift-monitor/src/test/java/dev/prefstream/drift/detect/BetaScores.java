package dev.prefstream.drift.detect;

import java.util.SplittableRandom;

/** Scores that are Beta(2,2): the middle one of three uniform numbers. */
public final class BetaScores {

  private BetaScores() {}

  /** The next one. */
  public static double next(SplittableRandom random) {
    return of(random.nextDouble(), random.nextDouble(), random.nextDouble());
  }

  /** The one that three uniform numbers make. */
  public static double of(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
