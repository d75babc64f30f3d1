package dev.prefstream.drift.detect;

/**
 * A two-sided cumulative sum on means of chunks of successive values, for whatever is watched
 * beside the score: cheap to keep and to calibrate, and by the central limit theorem much the same
 * for shares, counts and lengths.
 *
 * <p>The standard deviation of a chunk's mean is learnt from chunks, runs of 4 and runs of 16
 * chunks, and the largest taken, so that dependence between neighbours widens the chart. The
 * threshold is the bound of G. Lorden, "Procedures for reacting to a change in distribution",
 * Annals of Mathematical Statistics 42 (1971): for normal values a sum with allowance k alarms
 * without cause at most once in exp(2 k h) values. What the learnt mean may be off by, a standard
 * error, is taken from k there, so a short reference gives a higher threshold.
 */
public final class SignalChart {

  private static final double ALLOWANCE = 0.5;
  private static final int LEAST_RUNS = 10;
  private static final double OUTLIER = 5;

  private SignalChart() {}

  /** Mean and squared deviations of some values, by the update of B. P. Welford (1962). */
  public record Moments(long count, double mean, double squares) {

    /** Of no values. */
    public static final Moments NONE = new Moments(0, 0, 0);

    Moments plus(double value) {
      double next = mean + (value - mean) / (count + 1);
      return new Moments(count + 1, next, squares + (value - mean) * (value - next));
    }

    double variance() {
      return count < 2 ? 0 : squares / (count - 1);
    }
  }

  /**
   * What has been learnt of a signal's chunks.
   *
   * @param chunks of means of chunks
   * @param fours of means of 4 chunks
   * @param sixteens of means of 16 chunks
   * @param sum sum of the means since the last run of 16 was full
   * @param sumAtFour that sum when the last run of 4 was full
   */
  public record Learnt(
      Moments chunks, Moments fours, Moments sixteens, double sum, double sumAtFour) {

    /** Before any chunk. */
    public static final Learnt NOTHING = new Learnt(Moments.NONE, Moments.NONE, Moments.NONE, 0, 0);

    /** Of a signal that was 0 in so many chunks. */
    public static Learnt zeros(long chunks) {
      return new Learnt(
          new Moments(chunks, 0, 0),
          new Moments(chunks / 4, 0, 0),
          new Moments(chunks / 16, 0, 0),
          0,
          0);
    }

    /** With the mean of one more chunk. */
    public Learnt plus(double mean) {
      Moments all = chunks.plus(mean);
      double newSum = sum + mean;
      Moments newFours = fours;
      double newAtFour = sumAtFour;
      if (all.count() % 4 == 0) {
        newFours = fours.plus((newSum - sumAtFour) / 4);
        newAtFour = newSum;
      }
      if (all.count() % 16 == 0) {
        return new Learnt(all, newFours, sixteens.plus(newSum / 16), 0, 0);
      }
      return new Learnt(all, newFours, sixteens, newSum, newAtFour);
    }

    /**
     * The chart to draw from now on.
     *
     * @param leastSd least standard deviation of a chunk's mean, positive: rare events and constant
     *     signals must not alarm at the first exception
     * @param runLength chunks between two false alarms, at least
     */
    public Params frozen(double leastSd, double runLength) {
      double variance = chunks.variance();
      if (fours.count() >= LEAST_RUNS) {
        variance = Math.max(variance, 4 * fours.variance());
      }
      if (sixteens.count() >= LEAST_RUNS) {
        variance = Math.max(variance, 16 * sixteens.variance());
      }
      double sd = Math.max(leastSd, Math.sqrt(variance));
      double error = 1 / Math.sqrt(Math.max(1, chunks.count()));
      double k = Math.max(ALLOWANCE, 4 * error);
      return new Params(
          chunks.mean(), sd, new Cusum.Params(k, Math.log(2 * runLength) / (2 * (k - error))));
    }
  }

  /**
   * What the chart is drawn with.
   *
   * @param mean mean of the signal in the reference
   * @param sd standard deviation of a chunk's mean there, positive
   * @param chart allowance and threshold, in units of sd
   */
  public record Params(double mean, double sd, Cusum.Params chart) {

    /** The chart with the mean of one more chunk; one that is far off counts as 5 sd. */
    public Cusum.State plus(Cusum.State state, double chunkMean) {
      double z = (chunkMean - mean) / sd;
      return state.plus(Math.max(-OUTLIER, Math.min(OUTLIER, z)), chart.k());
    }
  }
}
