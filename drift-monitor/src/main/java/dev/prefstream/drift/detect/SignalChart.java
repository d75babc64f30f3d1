package dev.prefstream.drift.detect;

/**
 * A two-sided cumulative sum on means of chunks of successive values, for whatever is watched
 * beside the score: cheap to keep and to calibrate, and by the central limit theorem much the same
 * for shares, counts and lengths.
 *
 * <p>The standard deviation of a chunk's mean is learnt from chunks, runs of 4 and runs of 16
 * chunks, so that dependence between neighbours widens the chart: the longer runs count where their
 * variance is larger by more than chance. The threshold comes from the approximation of the run
 * length by D. Siegmund, "Sequential analysis" (1985), chapter 2: for normal values about a mean
 * that is off by d a one-sided sum with allowance k and threshold h alarms once in (exp(-2 a b) + 2
 * a b - 1) / (2 a²) values, a = d - k and b = h + 1.166. The rate of alarms is averaged over the
 * error of the learnt mean, so a short reference gives a higher threshold.
 */
public final class SignalChart {

  private static final double ALLOWANCE = 0.5;
  private static final int LEAST_RUNS = 10;
  private static final double OUTLIER = 5;

  /** What a normal walk passes its threshold by on average, on both ends: twice 0.583. */
  private static final double OVERSHOOT = 1.166;

  /** Standard errors that count as more than chance. */
  private static final double SURE = 1.5;

  private static final int ERROR_STEPS = 40;
  private static final double MOST_ERROR = 4;

  private SignalChart() {}

  /** Mean and squared deviations of some values, by the update of B. P. Welford (1962). */
  public record Moments(long count, double mean, double squares) {

    /** Of no values. */
    public static final Moments NONE = new Moments(0, 0, 0);

    Moments plus(double value) {
      double next = mean + (value - mean) / (count + 1);
      return new Moments(count + 1, next, squares + (value - mean) * (value - next));
    }

    /** Of both, by T. F. Chan, G. H. Golub and R. J. LeVeque (1979). */
    Moments plus(Moments other) {
      long both = count + other.count;
      double apart = other.mean - mean;
      return both == 0
          ? NONE
          : new Moments(
              both,
              mean + apart * other.count / both,
              squares + other.squares + apart * apart * count * other.count / both);
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
     * @param runLength chunks between two false alarms, on average
     */
    public Params frozen(double leastSd, double runLength) {
      double single = chunks.variance();
      double variance =
          Math.max(
              single, Math.max(beyondChance(fours, 4, single), beyondChance(sixteens, 16, single)));
      double sd = Math.max(leastSd, Math.sqrt(variance));
      double error = 1 / Math.sqrt(Math.max(1, chunks.count()));
      double k = Math.max(ALLOWANCE, 4 * error);
      return new Params(chunks.mean(), sd, new Cusum.Params(k, threshold(k, error, 1 / runLength)));
    }
  }

  /** Long-run variance by means of runs; 0 where it is larger than a chunk's by chance only. */
  private static double beyondChance(Moments runs, int length, double single) {
    if (runs.count() < LEAST_RUNS) {
      return 0;
    }
    double variance = length * runs.variance();
    double chance = SURE * Math.sqrt(2.0 / (runs.count() - 1));
    return variance > single * (1 + chance) ? variance : 0;
  }

  /** The threshold at which both sides together alarm at a rate, for an allowance. */
  private static double threshold(double k, double error, double rate) {
    double high = 1;
    while (rate(k, high, error) > rate) {
      high *= 2;
    }
    double low = 0;
    while (high - low > 1e-6) {
      double h = (low + high) / 2;
      if (rate(k, h, error) > rate) {
        low = h;
      } else {
        high = h;
      }
    }
    return high;
  }

  /** False alarms of both sides in a value, on average over a normal error of the mean. */
  static double rate(double k, double h, double error) {
    double sum = 0;
    double weights = 0;
    for (int i = -ERROR_STEPS; i <= ERROR_STEPS; i++) {
      double z = MOST_ERROR * i / ERROR_STEPS;
      double weight = Math.exp(-z * z / 2);
      sum += weight * (1 / runLength(z * error - k, h) + 1 / runLength(-z * error - k, h));
      weights += weight;
    }
    return sum / weights;
  }

  private static double runLength(double drift, double h) {
    double b = h + OVERSHOOT;
    double x = 2 * drift * b;
    // The limit where the drift is nothing; nearby the difference of the terms is not exact.
    return Math.abs(x) < 1e-4 ? b * b : (Math.exp(-x) + x - 1) / (2 * drift * drift);
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
