package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;

/**
 * What a stream was like while all was well, and the charts drawn against it, calibrated so that
 * together they alarm without cause once in a promised number of values.
 *
 * <p>Three charts: a two-sided cumulative sum of the values for the mean, one of their squared
 * deviations for dispersion, and the Kolmogorov-Smirnov distance of the last window for shape. The
 * first two see a change within tens to hundreds of values; the third sees what leaves mean and
 * dispersion as they were.
 *
 * @param count values it is made of
 * @param mean their mean
 * @param sd their standard deviation, positive
 * @param squareMean mean of the squared standardised values: all but 1, and 0 for a constant
 * @param squareSd standard deviation of the squared standardised values, positive
 * @param meanChart chart of the mean, on standardised values
 * @param dispersionChart chart of the dispersion, on standardised squares
 * @param window values in the window of the shape
 * @param distance distance of the window above which the shape has changed
 */
public record Reference(
    long count,
    double mean,
    double sd,
    double squareMean,
    double squareSd,
    Cusum.Params meanChart,
    Cusum.Params dispersionChart,
    int window,
    double distance) {

  /** Name of the chart of the mean. */
  public static final String MEAN = "cusum-mean";

  /** Name of the chart of the dispersion. */
  public static final String DISPERSION = "cusum-dispersion";

  /** Name of the comparison of shapes. */
  public static final String SHAPE = "ks";

  /** Values between two looks at the shape. */
  public static final int SHAPE_EVERY = 25;

  private static final double MEAN_ALLOWANCE = 0.1;
  private static final double DISPERSION_ALLOWANCE = 0.25;
  private static final double MEAN_SHARE = 0.7;
  private static final double DISPERSION_SHARE = 0.2;
  private static final double SHAPE_SHARE = 0.1;

  /** Standard errors of the reference's own mean that the allowance must cover. */
  private static final double SURE = 3;

  /**
   * The two cumulative sums so far.
   *
   * @param mean of standardised values
   * @param dispersion of standardised squares
   */
  public record Charts(Cusum.State mean, Cusum.State dispersion) {

    /** Before any value. */
    public static final Charts NEW = new Charts(Cusum.State.NEW, Cusum.State.NEW);
  }

  /**
   * Learns a reference. Takes about a quarter of a second.
   *
   * @param values in order, in [0, 1], at least 30; the dependence between neighbours counts
   * @param window values in the window of the shape
   * @param runLength values between two false alarms on average
   */
  public static Reference learn(double[] values, int window, double runLength) {
    int n = values.length;
    if (n < 30) {
      throw new IllegalArgumentException(
          "found %d values for a reference, expected at least 30".formatted(n));
    }
    double mean = Arrays.stream(values).average().orElse(0);
    double sd = deviation(values, mean);
    double[] z = Arrays.stream(values).map(x -> (x - mean) / sd).toArray();
    double[] squares = Arrays.stream(z).map(x -> x * x).toArray();
    double squareMean = Arrays.stream(squares).average().orElse(0);
    double squareSd = deviation(squares, squareMean);
    Sieve level = Sieve.fit(z);
    Sieve spread =
        Sieve.fit(Arrays.stream(squares).map(s -> (s - squareMean) / squareSd).toArray());
    ScoreGrid grid = new ScoreGrid();
    for (double value : values) {
      grid.add(value);
    }
    return new Reference(
        n,
        mean,
        sd,
        squareMean,
        squareSd,
        chart(level, MEAN_ALLOWANCE, n, runLength / MEAN_SHARE),
        chart(spread, DISPERSION_ALLOWANCE, n, runLength / DISPERSION_SHARE),
        window,
        Calibration.distance(
            grid, values, window, SHAPE_EVERY, level.memory(), runLength / SHAPE_SHARE));
  }

  /** The charts after one more value. */
  public Charts plus(Charts charts, double value) {
    double z = (value - mean) / sd;
    return new Charts(
        charts.mean().plus(z, meanChart.k()),
        charts.dispersion().plus((z * z - squareMean) / squareSd, dispersionChart.k()));
  }

  /** What the two cumulative sums read, each by its larger side. */
  public List<Finding> read(Charts charts) {
    return List.of(
        finding(MEAN, charts.mean(), meanChart),
        finding(DISPERSION, charts.dispersion(), dispersionChart));
  }

  /** What the comparison of shapes reads. */
  public Finding read(ScoreGrid grid, double[] lastWindow) {
    return new Finding(SHAPE, grid.distance(lastWindow), distance);
  }

  private static Finding finding(String name, Cusum.State state, Cusum.Params params) {
    boolean up = state.up() / params.up() >= state.down() / params.down();
    return new Finding(name, up ? state.up() : state.down(), up ? params.up() : params.down());
  }

  /** A short or strongly dependent reference knows its own mean badly: then more is allowed. */
  private static Cusum.Params chart(Sieve series, double allowance, int n, double runLength) {
    double error = Math.sqrt(series.longRunVariance() / n);
    return Calibration.cusum(series, Math.max(allowance, SURE * error), error, runLength);
  }

  /** Never zero, so that a constant reference still takes a different value for a change. */
  private static double deviation(double[] values, double mean) {
    double sum = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    return Math.max(1e-6, Math.sqrt(sum / (values.length - 1)));
  }
}
