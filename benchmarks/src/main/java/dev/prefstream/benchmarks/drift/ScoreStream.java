package dev.prefstream.benchmarks.drift;

import java.util.SplittableRandom;

/**
 * Made-up scores, Beta(2,2): independent, or an autoregression of normals pushed through the normal
 * distribution function; with a cycle added and cut to [0, 1], where there is one. Seeded. Mutable;
 * one thread.
 */
final class ScoreStream {

  /** Scores a day of a daily stream, where nothing else is said. */
  static final int A_DAY = 2_000;

  /** What is added by the clock. */
  enum Cycle {
    /** Nothing. */
    NONE,
    /** A sine of 0.1 over each day. */
    DAILY,
    /** The same, and from Saturday to Sunday 0.1 less and half of the sine. */
    WEEKLY
  }

  private static final double AMPLITUDE = 0.1;
  private static final double WEEKEND = -0.1;

  /** Milliseconds of event time. */
  static final long DAY = 24L * 3_600_000;

  private final SplittableRandom random;
  private final double phi;
  private final Cycle cycle;
  private final int aDay;
  private double state;
  private long taken;

  ScoreStream(long seed, double phi, Cycle cycle) {
    this(seed, phi, cycle, A_DAY, 0);
  }

  /**
   * @param aDay scores a day, where there is a cycle
   * @param begins days after a Thursday on which it begins
   */
  ScoreStream(long seed, double phi, Cycle cycle, int aDay, int begins) {
    this.random = new SplittableRandom(seed);
    this.phi = phi;
    this.cycle = cycle;
    this.aDay = aDay;
    this.taken = (long) begins * aDay;
    this.state = random.nextGaussian();
  }

  double next() {
    return next(steady());
  }

  /** The cycle on top of a score. */
  private double next(double score) {
    taken++;
    return Math.max(0, Math.min(1, score + ofTheClock()));
  }

  private double ofTheClock() {
    double sine = AMPLITUDE * Math.sin(2 * Math.PI * (taken % aDay) / aDay);
    return switch (cycle) {
      case NONE -> 0;
      case DAILY -> sine;
      case WEEKLY -> isWeekend(taken / aDay) ? sine / 2 + WEEKEND : sine;
    };
  }

  /**
   * The third and fourth day from a Thursday on.
   *
   * @param days since a Thursday
   */
  static boolean isWeekend(long days) {
    long day = days % 7;
    return day == 2 || day == 3;
  }

  /** Event time of the last score, in milliseconds; always the same without a cycle. */
  long time() {
    return cycle == Cycle.NONE ? 0 : taken * DAY / aDay;
  }

  private double steady() {
    if (phi == 0) {
      return beta();
    }
    state = phi * state + Math.sqrt(1 - phi * phi) * random.nextGaussian();
    return betaQuantile(normal(state));
  }

  /** The middle of three uniforms is Beta(2,2). */
  private double beta() {
    double a = random.nextDouble();
    double b = random.nextDouble();
    double c = random.nextDouble();
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  double nextShifted(double by) {
    return Math.min(1, next() + by);
  }

  /** A score that is always the same. */
  double nextConstant() {
    next();
    return 0.5;
  }

  double nextUniform() {
    return next(random.nextDouble());
  }

  /** Beta(1/2,1/2). */
  double nextArcsine() {
    double s = Math.sin(Math.PI * random.nextDouble() / 2);
    return next(s * s);
  }

  /** Mean and variance of Beta(2,2), mass in two humps. */
  double nextHumps() {
    return next(humps());
  }

  private double humps() {
    double side = random.nextBoolean() ? 1 : -1;
    return Math.max(0, Math.min(1, 0.5 + side * 0.218 + 0.05 * random.nextGaussian()));
  }

  /** Mean and variance of Beta(2,2), three quarters of it in the lower of two humps. */
  double nextUnequalHumps() {
    double middle = random.nextInt(4) == 0 ? 0.86 : 0.38;
    double score = middle + Math.sqrt(0.05 - 0.0432) * random.nextGaussian();
    return next(Math.max(0, Math.min(1, score)));
  }

  /** Every other one from {@link #nextHumps}. */
  double nextHalfHumps() {
    return next(random.nextBoolean() ? humps() : beta());
  }

  /** Inverse of 3x^2 - 2x^3. */
  private static double betaQuantile(double p) {
    return 0.5 - Math.sin(Math.asin(1 - 2 * p) / 3);
  }

  /** Standard normal distribution function, to 7e-8 (Abramowitz and Stegun 26.2.17). */
  private static double normal(double x) {
    double t = 1 / (1 + 0.2316419 * Math.abs(x));
    double tail =
        Math.exp(-x * x / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return x >= 0 ? 1 - tail : tail;
  }
}
