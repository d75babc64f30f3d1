package dev.prefstream.drift.detect;

import org.jspecify.annotations.Nullable;

/**
 * Whether scores jump as no cycle of the day has them jump: the newest against as many right before
 * them, by mean and by dispersion. Needs no reference, so it watches from the first hour on; it
 * sees what comes within hours, and nothing that comes slower.
 *
 * <p>What is allowed is what a cycle may do between the two, and what chance does on top of it in
 * so many values as depend on each other. Chance is that of the highest of a moving difference of
 * two means, whose correlation falls by 3 / size with each value: M. R. Leadbetter, G. Lindgren and
 * H. Rootzen, "Extremes and related properties of random sequences and processes" (1983), theorem
 * 12.2.9, with the correction for readings apart by D. Siegmund, "Sequential analysis" (1985),
 * chapter 10.
 */
public final class Jump {

  /** Name of the detector. */
  public static final String NAME = "jump";

  /** Values between two readings: each looks at two windows of them. */
  public static final int EVERY = 100;

  /** How far a cycle may take the mean to either side. */
  private static final double AMPLITUDE = 0.1;

  /** By how much it may do so from one hour to the next, as where an office opens. */
  private static final double STEP = 0.1;

  /** By how much a weekend may do so on top. */
  private static final double WEEKEND = 0.1;

  /** By what factor it may change the standard deviation. */
  private static final double FACTOR = 2;

  /** Standard deviations below are taken for it: a constant stream may have an exception. */
  private static final double LEAST_SD = 0.02;

  /** Values that depend on each other are worth fewer; of less than these nothing can be said. */
  private static final double LEAST_WORTH = 30;

  /** Means and dispersions, each of long and of short parts. */
  private static final int COMPARISONS = 4;

  /** Overshoot of a normal walk, as a part of its step. */
  private static final double OVERSHOOT = 0.583;

  private static final int SHORT = 4;

  private Jump() {}

  /**
   * What it reads.
   *
   * @param finding of means, in units of scores, or of dispersions, in logarithms of standard
   *     deviations, whichever is further
   * @param since values since the jump, at most
   */
  public record Reading(Finding finding, long since) {}

  /**
   * Compares the last {@code window} values with those before, and the last quarter of so many.
   *
   * @param scores the newest, oldest first, in [0, 1]
   * @param hourly how many come in an hour; not a number where it is not known
   * @param weekend whether they may be of a weekend and of working days, where neither the hour of
   *     the day was taken away nor the day of the week
   * @param runLength values between two false alarms, at least, on average
   * @return null where there are not enough scores, or they depend too much on each other
   */
  public static @Nullable Reading read(
      double[] scores, double hourly, int window, boolean weekend, double runLength) {
    Reading furthest = null;
    double beside = weekend ? WEEKEND : 0;
    for (int size = Math.max(EVERY, window / SHORT); size <= window; size *= SHORT) {
      if (scores.length >= 2 * size) {
        Part before = Part.of(scores, scores.length - 2 * size, size);
        Part after = Part.of(scores, scores.length - size, size);
        double sure = sure(size, runLength * COMPARISONS);
        furthest =
            further(furthest, before.moved(after, ofACycle(size / hourly) + beside, sure), size);
        furthest = further(furthest, before.spread(after, sure), size);
      }
    }
    return furthest;
  }

  private static @Nullable Reading further(
      @Nullable Reading one, @Nullable Finding other, long since) {
    return other != null && (one == null || other.share() > one.finding.share())
        ? new Reading(other, since)
        : one;
  }

  /** Standard errors that such a difference exceeds once in a run length, to either side. */
  private static double sure(int size, double runLength) {
    return Bisection.of(
        1,
        20,
        z ->
            6 * z / size * density(z) * Math.exp(-OVERSHOOT * z * Math.sqrt(6.0 * EVERY / size))
                > 1 / runLength);
  }

  private static double density(double z) {
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  }

  /**
   * What a cycle makes of the means of two neighbouring parts at most: of a sine of {@link
   * #AMPLITUDE} over a day, wherever in it they are; and never less than {@link #STEP}.
   */
  private static double ofACycle(double hours) {
    double turn = Math.PI * hours / HourlyVolume.DAY;
    double worst = Math.PI * 0.371;
    double part = Double.isNaN(turn) || turn > worst ? worst : turn;
    return Math.max(STEP, AMPLITUDE * 2 * Math.sin(part) * Math.sin(part) / part);
  }

  /** Some successive scores. */
  private record Part(int size, double mean, double sd, double[] departures) {

    static Part of(double[] scores, int from, int size) {
      double[] departures = new double[size];
      System.arraycopy(scores, from, departures, 0, size);
      double mean = Reference.mean(departures);
      double sd = Math.max(LEAST_SD, Reference.deviation(departures, mean));
      for (int i = 0; i < size; i++) {
        departures[i] = (departures[i] - mean) / sd;
      }
      return new Part(size, mean, sd, departures);
    }

    @Nullable Finding moved(Part after, double allowed, double sure) {
      double error = error(departures);
      return Double.isNaN(error)
          ? null
          : new Finding(NAME, Math.abs(after.mean - mean), allowed + sure * sd * error);
    }

    @Nullable Finding spread(Part after, double sure) {
      double[] squares = new double[size];
      for (int i = 0; i < size; i++) {
        squares[i] = departures[i] * departures[i];
      }
      double error = error(squares) / 2;
      return Double.isNaN(error)
          ? null
          : new Finding(NAME, Math.abs(Math.log(after.sd / sd)), Math.log(FACTOR) + sure * error);
    }

    /** Standard error of the difference of two means; not a number where too little is known. */
    private double error(double[] values) {
      double variance = Sieve.fit(values).longRunVariance();
      double worth = size * Math.min(1, square(values) / variance);
      return worth < LEAST_WORTH ? Double.NaN : Math.sqrt(2 * variance / size);
    }

    private static double square(double[] values) {
      double deviation = Reference.deviation(values, Reference.mean(values));
      return deviation * deviation;
    }
  }
}
