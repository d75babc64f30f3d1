package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.List;

/**
 * ADWIN: a window that grows while its mean is steady and drops its old part when two parts differ.
 * A. Bifet and R. Gavalda, "Learning from time-changing data with adaptive windowing", SDM 2007:
 * algorithm ADWIN2 with an exponential histogram, and the variance-based cut of equation 3.1.
 *
 * <p>Mutable; one thread. Holds at most {@code (maxBuckets + 1) * log2(n)} buckets for a window of
 * n values.
 */
public final class Adwin {

  /**
   * What it is run with.
   *
   * @param delta confidence of a cut, in (0, 1): the chance that one check cuts without cause is at
   *     most this
   * @param clock values between two checks
   * @param maxBuckets buckets of one size before two of them are merged
   * @param leastPart least values on either side of a cut
   * @param leastWindow least values before the first check
   */
  public record Params(double delta, int clock, int maxBuckets, int leastPart, int leastWindow) {

    /** What river 0.21 takes when nothing is said. */
    public static final Params DEFAULT = new Params(0.002, 32, 5, 5, 10);

    public Params {
      if (!(delta > 0 && delta < 1)) {
        throw new IllegalArgumentException("delta = " + delta + ": must be in (0, 1)");
      }
      if (clock < 1 || maxBuckets < 1 || leastPart < 1 || leastWindow < 1) {
        throw new IllegalArgumentException("clock, maxBuckets and least sizes must be at least 1");
      }
    }
  }

  /**
   * Values taken together: how many, their sum, and the sum of squared deviations from their mean.
   */
  public record Bucket(long count, double sum, double squares) {

    Bucket plus(Bucket other) {
      double difference = sum / count - other.sum / other.count;
      return new Bucket(
          count + other.count,
          sum + other.sum,
          squares
              + other.squares
              + difference * difference * count * other.count / (count + other.count));
    }
  }

  private final Params params;
  private final List<List<Bucket>> rows = new ArrayList<>();
  private long count;
  private double sum;
  private double squares;
  private long ticks;
  private double lastDifference;
  private double lastBound;

  /** An empty window. */
  public Adwin(Params params) {
    this.params = params;
  }

  /**
   * The window that {@link #buckets} told of.
   *
   * @param ticks values it has been given, which set when it checks
   */
  public static Adwin of(Params params, List<Bucket> buckets, long ticks) {
    Adwin adwin = new Adwin(params);
    Bucket all = null;
    for (Bucket bucket : buckets) {
      adwin.row(63 - Long.numberOfLeadingZeros(bucket.count())).add(bucket);
      all = all == null ? bucket : all.plus(bucket);
    }
    if (all != null) {
      adwin.count = all.count();
      adwin.sum = all.sum();
      adwin.squares = all.squares();
    }
    adwin.ticks = ticks;
    return adwin;
  }

  /** Adds a value; true when the window was cut, so the mean has changed. */
  public boolean add(double x) {
    insert(new Bucket(1, x, 0));
    ticks++;
    boolean cut = false;
    if (ticks % params.clock() == 0 && count > params.leastWindow()) {
      while (dropIfChanged()) {
        cut = true;
      }
    }
    return cut;
  }

  /** Values it has been given. */
  public long ticks() {
    return ticks;
  }

  /** Difference of the two parts' means at the last cut; 0 before any. */
  public double lastDifference() {
    return lastDifference;
  }

  /** What that difference exceeded; 0 before any cut. */
  public double lastBound() {
    return lastBound;
  }

  /** Values in the window. */
  public long count() {
    return count;
  }

  /** Their mean; 0 when there are none. */
  public double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /** Everything to go on with later, oldest bucket first. */
  public List<Bucket> buckets() {
    List<Bucket> all = new ArrayList<>();
    for (int row = rows.size() - 1; row >= 0; row--) {
      all.addAll(rows.get(row));
    }
    return all;
  }

  private void insert(Bucket one) {
    if (count > 0) {
      double difference = one.sum() - sum / count;
      squares += difference * difference * count / (count + 1);
    }
    count++;
    sum += one.sum();
    row(0).add(one);
    for (int i = 0; row(i).size() > params.maxBuckets(); i++) {
      List<Bucket> row = row(i);
      Bucket merged = row.remove(0).plus(row.remove(0));
      row(i + 1).add(merged);
    }
  }

  private List<Bucket> row(int i) {
    while (rows.size() <= i) {
      rows.add(new ArrayList<>());
    }
    return rows.get(i);
  }

  /** Drops the oldest bucket when some cut shows different means on its two sides. */
  private boolean dropIfChanged() {
    double variance = squares / count;
    double logTerm = Math.log(2 * Math.log(count) / params.delta());
    long oldCount = 0;
    double oldSum = 0;
    for (int r = rows.size() - 1; r >= 0; r--) {
      for (Bucket bucket : rows.get(r)) {
        oldCount += bucket.count();
        oldSum += bucket.sum();
        long newCount = count - oldCount;
        if (newCount < params.leastPart()) {
          return false;
        }
        if (oldCount >= params.leastPart()) {
          double difference = Math.abs(oldSum / oldCount - (sum - oldSum) / newCount);
          double bound = bound(oldCount, newCount, variance, logTerm);
          if (difference > bound) {
            lastDifference = difference;
            lastBound = bound;
            dropOldest();
            return true;
          }
        }
      }
    }
    return false;
  }

  private double bound(long oldCount, long newCount, double variance, double logTerm) {
    double inverse =
        1.0 / (oldCount - params.leastPart() + 1) + 1.0 / (newCount - params.leastPart() + 1);
    return Math.sqrt(2 * inverse * variance * logTerm) + 2.0 / 3.0 * inverse * logTerm;
  }

  private void dropOldest() {
    int last = rows.size() - 1;
    while (rows.get(last).isEmpty()) {
      last--;
    }
    Bucket oldest = rows.get(last).remove(0);
    count -= oldest.count();
    sum -= oldest.sum();
    if (count == 0) {
      squares = 0;
      return;
    }
    double difference = oldest.sum() / oldest.count() - sum / count;
    squares -=
        oldest.squares()
            + difference * difference * oldest.count() * count / (oldest.count() + count);
    squares = Math.max(0, squares);
  }
}
