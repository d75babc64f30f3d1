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

  /** Values between two comparisons of distributions. */
  public static final int DISTANCE_EVERY = 25;

  static final double MEAN_SHARE = 0.6;
  static final double DISPERSION_SHARE = 0.15;
  static final double SHAPE_SHARE = 0.2;
  static final double DISTANCE_SHARE = 0.05;
  static final double STABILITY_SHARE = 0.05;

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
   * Learns a reference of values without a cycle, in one go: see {@link ReferenceLearning}.
   *
   * @param values in order, in [0, 1], at least 30; the dependence between neighbours counts
   * @param window values in the window whose distribution is compared
   * @param runLength values between two false alarms of the four that are not the stability index,
   *     on average
   * @param withStability whether the stability index is calibrated too; else it never alarms
   */
  public static Reference learn(
      double[] values, int window, double runLength, boolean withStability) {
    return new ReferenceLearning(
            HourOfWeek.Learnt.NOTHING,
            values,
            new long[values.length],
            window,
            runLength,
            withStability,
            false)
        .finish();
  }

  /**
   * The same with thresholds that were found on another one, in standard deviations of its own.
   *
   * @param other learnt of values of the same stream
   */
  public Reference withThresholdsOf(Reference other) {
    return new Reference(
        count,
        mean,
        sd,
        squareMean,
        squareSd,
        other.meanChart,
        other.dispersionChart,
        shape,
        other.thirdChart,
        other.fourthChart,
        window,
        other.distance,
        other.stability);
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

  /**
   * False alarms of a detector, as a part of those of {@link #MEAN}, {@link #DISPERSION}, {@link
   * #SHAPE} and {@link #DISTANCE} together; 0 for one that is drawn against no reference. Who
   * watches some detectors learns a reference with a run length that is as many times as long as
   * their parts add up to: then these together keep it.
   */
  public static double share(String detector) {
    return switch (detector) {
      case MEAN -> MEAN_SHARE;
      case DISPERSION -> DISPERSION_SHARE;
      case SHAPE -> SHAPE_SHARE;
      case DISTANCE -> DISTANCE_SHARE;
      case STABILITY -> STABILITY_SHARE;
      default -> 0;
    };
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

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  /** Never zero, so that a constant reference still takes a different value for a change. */
  static double deviation(double[] values, double mean) {
    double sum = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    return Math.max(1e-6, Math.sqrt(sum / (values.length - 1)));
  }
}
