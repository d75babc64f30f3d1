package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;

/**
 * What a stream was like while all was well, and the charts drawn against it, calibrated so that
 * together they alarm without cause once in a promised number of values.
 *
 * <p>Two-sided cumulative sums of the values for the mean, of their squared deviations for
 * dispersion, and of two {@link ShapeScores} for the shape, which see a change within tens to
 * hundreds of values; and the Kolmogorov-Smirnov distance and the {@link StabilityIndex} of the
 * last window, which are slower and see whatever those leave.
 *
 * @param count values it is made of
 * @param mean their mean
 * @param sd their standard deviation, positive
 * @param squareMean mean of the squared standardised values: all but 1, and 0 for a constant
 * @param squareSd standard deviation of the squared standardised values, positive
 * @param meanChart chart of the mean, on standardised values
 * @param dispersionChart chart of the dispersion, on standardised squares
 * @param shape what the charts of the shape are drawn of
 * @param thirdChart chart of its third component
 * @param fourthChart chart of its fourth component
 * @param window values in the window whose distribution is compared
 * @param distance Kolmogorov-Smirnov distance of the window above which it has changed
 * @param stability stability index of the window above which it has changed; infinite where it was
 *     not asked for
 */
public record Reference(
    long count,
    double mean,
    double sd,
    double squareMean,
    double squareSd,
    Cusum.Params meanChart,
    Cusum.Params dispersionChart,
    ShapeScores shape,
    Cusum.Params thirdChart,
    Cusum.Params fourthChart,
    int window,
    double distance,
    double stability) {

  /** Name of the chart of the mean. */
  public static final String MEAN = "cusum-mean";

  /** Name of the chart of the dispersion. */
  public static final String DISPERSION = "cusum-dispersion";

  /** Name of the charts of the shape. */
  public static final String SHAPE = "cusum-shape";

  /** Name of the comparison of distributions. */
  public static final String DISTANCE = "ks";

  /** Name of the population stability index. */
  public static final String STABILITY = "psi";

  /**
   * False alarms of the stability index, as a part of those of the others together: who chooses it
   * learns a reference with a run length that is longer by this part.
   */
  public static final double STABILITY_SHARE = 0.05;

  /** Values between two comparisons of distributions. */
  public static final int DISTANCE_EVERY = 25;

  private static final double MEAN_ALLOWANCE = 0.1;
  private static final double DISPERSION_ALLOWANCE = 0.25;
  private static final double SHAPE_ALLOWANCE = 0.25;

  /** Values drawn to calibrate a chart that raised all of the alarms. */
  private static final int CHART_STEPS = 10_000_000;

  static final double MEAN_SHARE = 0.6;
  private static final double DISPERSION_SHARE = 0.15;
  private static final double SHAPE_SHARE = 0.2;
  static final double DISTANCE_SHARE = 0.05;

  /** Values drawn to calibrate the comparison of distributions, and the stability index. */
  private static final int DISTANCE_VALUES = 1_000_000;

  private static final int STABILITY_VALUES = 4_000_000;

  /** Standard errors of the reference's own mean that the allowance must cover. */
  private static final double SURE = 3;

  /**
   * The cumulative sums so far.
   *
   * @param mean of standardised values
   * @param dispersion of standardised squares
   * @param third of the third component of the shape
   * @param fourth of the fourth component of the shape
   */
  public record Charts(
      Cusum.State mean, Cusum.State dispersion, Cusum.State third, Cusum.State fourth) {

    /** Before any value. */
    public static final Charts NEW =
        new Charts(Cusum.State.NEW, Cusum.State.NEW, Cusum.State.NEW, Cusum.State.NEW);
  }

  /**
   * Learns a reference. Takes about a second, and two with the stability index.
   *
   * @param values in order, in [0, 1], at least 30; the dependence between neighbours counts
   * @param window values in the window whose distribution is compared
   * @param runLength values between two false alarms on average
   * @param withStability whether the stability index is calibrated too; else it never alarms
   */
  public static Reference learn(
      double[] values, int window, double runLength, boolean withStability) {
    return learn(values, window, runLength, withStability, 1);
  }

  /**
   * The same for values of which later averages vary more than theirs.
   *
   * @param widening how many times the variance of long averages is larger later, at least 1: see
   *     {@link HourOfWeek#widening}
   */
  public static Reference learn(
      double[] values, int window, double runLength, boolean withStability, double widening) {
    return learn(values, window, runLength, withStability, widening, 1);
  }

  /**
   * The same from few values, until there are more: with a part of the work, since it will not
   * stand for long. Its charts allow for what so few values leave open.
   */
  public static Reference provisional(
      double[] values, int window, double runLength, boolean withStability, double widening) {
    return learn(values, window, runLength, withStability, widening, 10);
  }

  private static Reference learn(
      double[] values,
      int window,
      double runLength,
      boolean withStability,
      double widening,
      int part) {
    int n = values.length;
    if (n < 30) {
      throw new IllegalArgumentException(
          "found %d values for a reference, expected at least 30".formatted(n));
    }
    double mean = mean(values);
    double sd = deviation(values, mean);
    double[] z = Arrays.stream(values).map(x -> (x - mean) / sd).toArray();
    double[] squares = Arrays.stream(z).map(x -> x * x).toArray();
    double squareMean = mean(squares);
    double squareSd = deviation(squares, squareMean);
    Sieve level = Sieve.fit(z).widened(widening);
    Sieve spread =
        Sieve.fit(Arrays.stream(squares).map(s -> (s - squareMean) / squareSd).toArray())
            .widened(widening);
    ShapeScores shape = ShapeScores.learn(values);
    Sieve third = Sieve.fit(Arrays.stream(values).map(shape::third).toArray()).widened(widening);
    Sieve fourth = Sieve.fit(Arrays.stream(values).map(shape::fourth).toArray()).widened(widening);
    ScoreGrid grid = new ScoreGrid();
    for (double value : values) {
      grid.add(value);
    }
    StabilityIndex index = new StabilityIndex(grid);
    return new Reference(
        n,
        mean,
        sd,
        squareMean,
        squareSd,
        chart(level, MEAN_ALLOWANCE, n, runLength, MEAN_SHARE, part),
        chart(spread, DISPERSION_ALLOWANCE, n, runLength, DISPERSION_SHARE, part),
        shape,
        chart(third, SHAPE_ALLOWANCE, n, runLength, SHAPE_SHARE / 2, part),
        chart(fourth, SHAPE_ALLOWANCE, n, runLength, SHAPE_SHARE / 2, part),
        window,
        Math.min(
            1,
            Math.sqrt(
                widening
                    * Calibration.window(
                        grid.sliding(),
                        values,
                        window,
                        DISTANCE_EVERY,
                        level.memory(),
                        runLength / DISTANCE_SHARE,
                        DISTANCE_VALUES / (part == 1 ? 1 : 2)))),
        withStability
            ? widening
                * Calibration.window(
                    index.sliding(),
                    values,
                    window,
                    DISTANCE_EVERY,
                    level.memory(),
                    runLength / STABILITY_SHARE,
                    STABILITY_VALUES / (part == 1 ? 1 : 4))
            : Double.POSITIVE_INFINITY);
  }

  /** The charts after one more value. */
  public Charts plus(Charts charts, double value) {
    double z = (value - mean) / sd;
    return new Charts(
        charts.mean().plus(z, meanChart.k()),
        charts.dispersion().plus((z * z - squareMean) / squareSd, dispersionChart.k()),
        charts.third().plus(shape.third(value), thirdChart.k()),
        charts.fourth().plus(shape.fourth(value), fourthChart.k()));
  }

  /** What the cumulative sums read, each by its larger side; of the shape's, the larger. */
  public List<Finding> read(Charts charts) {
    Finding third = finding(SHAPE, charts.third(), thirdChart);
    Finding fourth = finding(SHAPE, charts.fourth(), fourthChart);
    return List.of(
        finding(MEAN, charts.mean(), meanChart),
        finding(DISPERSION, charts.dispersion(), dispersionChart),
        third.share() > fourth.share() ? third : fourth);
  }

  /** What the comparison of distributions reads. */
  public Finding read(ScoreGrid grid, double[] lastWindow) {
    return new Finding(DISTANCE, grid.distance(lastWindow), distance);
  }

  /** What the stability index reads. */
  public Finding read(StabilityIndex index, double[] lastWindow) {
    return new Finding(STABILITY, index.of(lastWindow), stability);
  }

  /**
   * How many values ago the change began, by the chart of a name that {@link #read} gave.
   *
   * @param detector {@link #MEAN}, {@link #DISPERSION}, {@link #SHAPE}, {@link #DISTANCE} or {@link
   *     #STABILITY}
   */
  public long since(String detector, Charts charts) {
    return switch (detector) {
      case MEAN -> charts.mean().since(meanChart);
      case DISPERSION -> charts.dispersion().since(dispersionChart);
      case SHAPE ->
          charts.third().statistic(thirdChart) > charts.fourth().statistic(fourthChart)
              ? charts.third().since(thirdChart)
              : charts.fourth().since(fourthChart);
      case DISTANCE, STABILITY -> window;
      default ->
          throw new IllegalArgumentException("found detector " + detector + ", expected a chart's");
    };
  }

  private static Finding finding(String name, Cusum.State state, Cusum.Params params) {
    boolean up = state.up() / params.up() >= state.down() / params.down();
    return new Finding(name, up ? state.up() : state.down(), up ? params.up() : params.down());
  }

  /** A short or strongly dependent reference knows its own mean badly: then more is allowed. */
  private static Cusum.Params chart(
      Sieve series, double allowance, int n, double runLength, double share, int part) {
    double error = Math.sqrt(series.longRunVariance() / n);
    // What raises few of the alarms need not be known as well.
    int steps = (int) (CHART_STEPS * share) / part;
    return Calibration.cusum(
        series, Math.max(allowance, SURE * error), error, runLength / share, steps);
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  /** Never zero, so that a constant reference still takes a different value for a change. */
  static double deviation(double[] values, double mean) {
    double sum = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    return Math.max(1e-6, Math.sqrt(sum / (values.length - 1)));
  }
}
