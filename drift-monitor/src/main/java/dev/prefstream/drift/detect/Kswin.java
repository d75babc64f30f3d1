package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * KSWIN: the newest values against a random sample of the older ones in a sliding window, by the
 * Kolmogorov-Smirnov test. C. Raab, M. Heusinger and F.-M. Schleif, "Reactive soft prototype
 * computing for concept drift streams", Neurocomputing 416 (2020).
 *
 * <p>Mutable; one thread. The sample depends on the seed and the number of values alone, so equal
 * input gives an equal outcome.
 */
public final class Kswin {

  /**
   * What it is run with.
   *
   * @param alpha alarm below this p-value
   * @param window values in the sliding window
   * @param newest how many of them are the new ones; less than half of the window
   * @param seed of the sample
   */
  public record Params(double alpha, int window, int newest, long seed) {

    /** What river 0.21 takes when nothing is said, but for the seed. */
    public static final Params DEFAULT = new Params(0.005, 100, 30, 1);

    public Params {
      if (!(alpha > 0 && alpha < 1)) {
        throw new IllegalArgumentException("alpha = " + alpha + ": must be in (0, 1)");
      }
      if (newest < 1 || window < 2 * newest) {
        throw new IllegalArgumentException(
            "newest = %d, window = %d: the window must hold at least twice the newest"
                .formatted(newest, window));
      }
    }
  }

  /** The paper asks for more than a bare rejection: few alike values reject easily. */
  private static final double LEAST_DISTANCE = 0.1;

  private final Params params;
  private final double[] values;
  private int size;
  private double lastDistance;
  private long ticks;

  public Kswin(Params params) {
    this.params = params;
    this.values = new double[params.window()];
  }

  /** The distance between the newest and the older values when they were last compared. */
  public double lastDistance() {
    return lastDistance;
  }

  /** The least distance that is an alarm, in whole steps of the two samples. */
  public double threshold() {
    double step = 1.0 / params.newest();
    double distance = step;
    while (distance <= LEAST_DISTANCE
        || KolmogorovSmirnov.pValue(distance, params.newest(), params.newest()) > params.alpha()) {
      distance += step;
    }
    return distance;
  }

  /** Adds a value; true when the newest differ from the older, which are then forgotten. */
  public boolean add(double x) {
    ticks++;
    if (size == values.length) {
      System.arraycopy(values, 1, values, 0, size - 1);
      size--;
    }
    values[size++] = x;
    if (size < values.length) {
      return false;
    }
    double[] newest = Arrays.copyOfRange(values, size - params.newest(), size);
    double[] older = sample();
    double[] sortedNewest = newest.clone();
    Arrays.sort(sortedNewest);
    Arrays.sort(older);
    double distance = KolmogorovSmirnov.distance(older, sortedNewest);
    double p = KolmogorovSmirnov.pValue(distance, older.length, sortedNewest.length);
    lastDistance = distance;
    if (p > params.alpha() || distance <= LEAST_DISTANCE) {
      return false;
    }
    System.arraycopy(newest, 0, values, 0, newest.length);
    size = newest.length;
    return true;
  }

  private double[] sample() {
    int older = size - params.newest();
    SplittableRandom random = new SplittableRandom(params.seed() + ticks);
    double[] pool = Arrays.copyOf(values, older);
    double[] sample = new double[params.newest()];
    for (int i = 0; i < sample.length; i++) {
      int pick = i + random.nextInt(older - i);
      sample[i] = pool[pick];
      pool[pick] = pool[i];
    }
    return sample;
  }
}
