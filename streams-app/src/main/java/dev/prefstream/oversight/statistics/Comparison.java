package dev.prefstream.oversight.statistics;

/** Two independent shares compared. */
public final class Comparison {

  private Comparison() {}

  /**
   * Interval for {@code one - other} by R. G. Newcombe (1998), "Interval estimation for the
   * difference between independent proportions", Statistics in Medicine 17, p. 873-890, method 10
   * (hybrid score, from both Wilson intervals); [-1, 1] where either has no trials.
   *
   * @param z quantile of the standard normal distribution
   */
  public static Interval difference(Estimate one, Estimate other, double z) {
    if (one.trials() == 0 || other.trials() == 0) {
      return new Interval(-1, 1);
    }
    double difference = one.value() - other.value();
    Interval first = one.wilson(z);
    Interval second = other.wilson(z);
    return new Interval(
        difference - Math.hypot(one.value() - first.low(), second.high() - other.value()),
        difference + Math.hypot(first.high() - one.value(), other.value() - second.low()));
  }

  /** The same of two whole counts. */
  public static Interval difference(Proportion one, Proportion other, double z) {
    return difference(one.estimate(), other.estimate(), z);
  }

  /**
   * Interval for {@code one / other} by D. Katz and others (1978), "Obtaining confidence intervals
   * for the risk ratio in cohort studies", Biometrics 34, p. 469-474, with half a success and half
   * a trial added to each share (S. D. Walter 1975), so that it stands where one has no successes;
   * from 0 to infinity where either has no trials.
   *
   * @param z quantile of the standard normal distribution
   */
  public static Interval ratio(Proportion one, Proportion other, double z) {
    if (one.trials() == 0 || other.trials() == 0) {
      return new Interval(0, Double.POSITIVE_INFINITY);
    }
    double a = one.successes() + 0.5;
    double m = one.trials() + 0.5;
    double b = other.successes() + 0.5;
    double n = other.trials() + 0.5;
    double log = Math.log(a / m) - Math.log(b / n);
    double reach = z * Math.sqrt(1 / a - 1 / m + 1 / b - 1 / n);
    return new Interval(
        one.successes() == 0 ? 0 : Math.exp(log - reach),
        other.successes() == 0 ? Double.POSITIVE_INFINITY : Math.exp(log + reach));
  }
}
