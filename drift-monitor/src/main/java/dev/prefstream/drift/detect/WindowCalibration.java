package dev.prefstream.drift.detect;

import java.util.Arrays;

/**
 * Finds what a statistic of the last {@code window} values against a reference, looked at every
 * {@code every} values and begun anew after each alarm, exceeds without cause once in {@code
 * runLength} values on average, by bootstrap on the reference.
 */
final class WindowCalibration extends Simulation {

  private static final int MOST_PEAKS = 500;

  /** Fewer say nothing of the tail. */
  private static final int LEAST_PEAKS = 5;

  /** Rests for each peak, at least: further ones would not be of the tail. */
  private static final int SPARSE = 10;

  private static final long SEED = 0x5EEDL;

  private final WindowStatistic statistic;
  private final double[] values;
  private final HourErrors.Path hours;
  private final int every;
  private final double runLength;
  private final BlockBootstrap places;
  private final double[] recent;
  private final double[] path;
  private int read;

  /**
   * @param statistic without any value yet
   * @param values the reference in order, in [0, 1]
   * @param hours what the offsets taken away may be wrong by
   * @param memory values that depend on each other: the length of the blocks drawn
   * @param steps values to draw
   */
  WindowCalibration(
      WindowStatistic statistic,
      double[] values,
      HourErrors hours,
      int window,
      int every,
      int memory,
      double runLength,
      int steps) {
    super(Math.max(window, steps));
    this.statistic = statistic;
    this.values = values;
    this.hours = hours.path(SEED);
    this.every = every;
    this.runLength = runLength;
    this.places = new BlockBootstrap(values.length, memory, steps(), window, SEED);
    this.recent = new double[window];
    this.path = new double[(steps() - window) / every + 1];
  }

  @Override
  void step(int number) {
    double value = values[places.next()] + hours.next();
    value = Math.max(0, Math.min(1, value));
    int place = number % recent.length;
    if (number >= recent.length) {
      statistic.leave(recent[place]);
    }
    recent[place] = value;
    statistic.enter(value);
    if (number + 1 >= recent.length && (number + 1 - recent.length) % every == 0) {
      path[read++] = statistic.read();
    }
  }

  /** When all is drawn. */
  double threshold() {
    int rest = Math.max(1, recent.length / every);
    int degrees = statistic.degrees();
    double average = Reference.mean(path);
    if (degrees <= WindowStatistic.EXPONENTIAL || average <= 0) {
      return level(path, rest, runLength / every);
    }
    ChiSquareTail tail = new ChiSquareTail(average / degrees, degrees);
    double[] straight = Arrays.stream(path).map(tail::straightened).toArray();
    return tail.bent(level(straight, rest, runLength / every));
  }

  /**
   * The height above which a statistic alarms once in {@code runLength} of its readings, on
   * average.
   *
   * <p>Alarms are counted as they would be raised, so that readings that share values with those of
   * the alarm before count once. Heights that are seldom reached are read off the exponential tail
   * of the highest readings after each time that a lower height was reached (peaks over a
   * threshold: R. L. Smith, "Extreme value analysis of environmental time series", Statistical
   * Science 4 (1989)).
   *
   * @param path readings while nothing has changed
   * @param rest readings after an alarm that are none, since the statistic begins anew
   * @param runLength readings between two alarms, those that rest with them
   */
  static double level(double[] path, int rest, double runLength) {
    double expected = path.length / runLength;
    if (expected >= MOST_PEAKS) {
      return reachedSoOften(path, rest, expected);
    }
    int most = Math.max(1, path.length / (SPARSE * rest));
    int peaks = (int) Math.max(Math.ceil(expected), Math.min(MOST_PEAKS, most));
    double low = reachedSoOften(path, rest, peaks);
    double excess = 0;
    int reached = 0;
    for (int i = 0; i < path.length; i++) {
      if (path[i] > low) {
        double highest = path[i];
        for (int j = i; j < Math.min(path.length, i + rest); j++) {
          highest = Math.max(highest, path[j]);
        }
        excess += highest - low;
        reached++;
        i += rest - 1;
      }
    }
    if (reached < LEAST_PEAKS) {
      return 2 * Arrays.stream(path).max().orElse(0);
    }
    double rate = reached / (path.length - (double) reached * rest);
    double wanted = 1 / Math.max(runLength - rest, runLength / 2);
    return low + excess / reached * Math.max(0, Math.log(rate / wanted));
  }

  /** The height at which so many alarms are raised in a path, or as near to it as can be. */
  private static double reachedSoOften(double[] path, int rest, double alarms) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double reading : path) {
      low = Math.min(low, reading);
      high = Math.max(high, reading);
    }
    return Bisection.of(low, high, middle -> raised(path, rest, middle) > alarms);
  }

  /** Alarms that are raised in a path above a height. */
  private static int raised(double[] path, int rest, double height) {
    int raised = 0;
    for (int i = 0; i < path.length; i++) {
      if (path[i] > height) {
        raised++;
        i += rest - 1;
      }
    }
    return raised;
  }
}
