package dev.prefstream.drift.detect;

/**
 * Scans a series for changes of its mean without a reference: at every value the means before and
 * after each recent split are compared, in units of what such a difference is by chance. This is
 * the generalised likelihood ratio for a change at an unknown time from an unknown mean, with the
 * splits thinned geometrically: D. M. Hawkins, P. Qiu and C. W. Kang, "The changepoint model for
 * statistical process control", Journal of Quality Technology 35 (2003); T. L. Lai, "Sequential
 * changepoint detection in quality control and dynamical systems", JRSS B 57 (1995).
 */
final class ShiftScan {

  /** More history than this makes a mean no better that would find a change worth finding. */
  private static final int MOST = 20_000;

  private final double[] sums;

  /** Variance of the mean of so many values. */
  private final double[] variances;

  /** Of the covariance of the means before and after, what is of so many values. */
  private final double[] faded;

  private final double shared;

  /** Skewness of a value. */
  private final double skewness;

  private final int leastAfter;
  private final int leastBefore;
  private final int mostBefore;

  /** The strongest split: a shift after {@code since}, in standard errors, with its sign. */
  record Split(int since, double shift) {}

  /**
   * @param values the series
   * @param noise what its means do by chance
   * @param skewness of a value, for means of few that are skewed by it; 0 for normal ones
   * @param leastAfter values that are the least for a mean after
   * @param leastBefore values that are the least for a mean before
   */
  ShiftScan(double[] values, Noise noise, double skewness, int leastAfter, int leastBefore) {
    this.sums = Noise.sums(values);
    this.skewness = skewness;
    this.leastAfter = leastAfter;
    this.leastBefore = leastBefore;
    this.mostBefore = Math.max(leastBefore, Math.max(30, Math.min(MOST, noise.steadiest())));
    this.variances = new double[Math.min(values.length, Math.max(MOST, mostBefore)) + 1];
    this.faded = new double[variances.length];
    this.shared = 2 * noise.model().shared(1, 1);
    for (int count = 1; count < variances.length; count++) {
      variances[count] = noise.ofMean(count);
      faded[count] = noise.model().faded(count);
    }
  }

  /** The strongest split of the values from {@code start} to {@code end}, both included. */
  Split strongest(int start, int end) {
    int since = end;
    double strongest = 0;
    int most = Math.min(end + 1 - start - leastBefore, Math.min(MOST, 4 * mostBefore));
    for (int after = leastAfter; after <= most; after = Math.max(after + 1, after * 5 / 4)) {
      double shift = shift(start, end, after);
      if (Math.abs(shift) > Math.abs(strongest)) {
        strongest = shift;
        since = end + 1 - after;
      }
    }
    return new Split(since, strongest);
  }

  /** The strongest split near one of the thinned grid: the estimate of the change point. */
  Split refined(Split split, int start, int end) {
    int after = end + 1 - split.since();
    Split best = split;
    int from = Math.max(Math.min(2, leastAfter), after * 4 / 5);
    int to = Math.min(Math.min(MOST, end + 1 - start - leastBefore), after * 5 / 4 + 1);
    for (int other = from; other <= to; other++) {
      double shift = shift(start, end, other);
      if (Math.abs(shift) > Math.abs(best.shift())) {
        best = new Split(end + 1 - other, shift);
      }
    }
    return best;
  }

  private double shift(int start, int end, int after) {
    int split = end + 1 - after;
    int before = Math.min(split - start, mostBefore);
    double difference =
        (sums[end + 1] - sums[split]) / after - (sums[split] - sums[split - before]) / before;
    double variance = variances[after] + variances[before] - shared * faded[after] * faded[before];
    if (variance > 0) {
      return normal(difference / Math.sqrt(variance), after, before);
    }
    return Math.abs(difference) > 1e-9 ? Math.copySign(1e9, difference) : 0;
  }

  /**
   * What a difference of two means, in standard errors, is for a normal one as seldom: the signed
   * root of the deviance of Poisson counts of the same skewness. P. McCullagh and J. A. Nelder,
   * Generalized Linear Models, 2nd ed. (1989), section 2.4.3.
   */
  private double normal(double shift, double after, double before) {
    if (skewness == 0) {
      return shift;
    }
    double parts = 1 / after + 1 / before;
    double skew =
        skewness * (1 / (after * after) - 1 / (before * before)) / (parts * Math.sqrt(parts));
    if (Math.abs(skew) < 1e-3) {
      return shift;
    }
    double count = Math.max(0, 1 + skew * shift);
    double deviance = count > 0 ? 2 * (count * Math.log(count) - count + 1) : 2;
    return Math.copySign(Math.sqrt(Math.max(0, deviance)) / Math.abs(skew), shift);
  }
}
