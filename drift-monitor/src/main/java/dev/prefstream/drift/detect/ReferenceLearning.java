package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Learns a {@link Reference} a part at a time. Most of the work is drawing the long series that
 * thresholds are calibrated on: 13 million values, 0.3 s of a core, a third as much again with the
 * stability index. In one go it would hold up whoever waits for the next prediction.
 *
 * <p>What comes of it depends on what it is begun with alone, not on the parts. Takes 16 bytes a
 * value and half a megabyte. Mutable; one thread.
 */
public final class ReferenceLearning implements Learning {

  private static final double MEAN_ALLOWANCE = 0.1;
  private static final double DISPERSION_ALLOWANCE = 0.25;
  private static final double SHAPE_ALLOWANCE = 0.25;

  /** Standard errors of the reference's own mean that the allowance must cover. */
  private static final double SURE = 3;

  private static final int LEAST_VALUES = 30;

  /** Values drawn to calibrate a chart that raised all of the alarms. */
  private static final int CHART_STEPS = 10_000_000;

  private static final int LEAST_CHART_STEPS = 2_000_000;

  /** Values drawn to calibrate the comparison of distributions, and the stability index. */
  private static final int DISTANCE_STEPS = 1_000_000;

  private static final int STABILITY_STEPS = 4_000_000;

  /** One part in so many of the work of comparisons is done for a provisional reference. */
  private static final int PROVISIONAL_DISTANCE = 2;

  private static final int PROVISIONAL_STABILITY = 4;

  private final HourOfWeek.Learnt cycle;
  private final HourErrors hours;
  private final double[] values;
  private final int window;
  private final double runLength;
  private final int stages;
  private final boolean provisional;
  private final double mean;
  private final double sd;
  private final double squareMean;
  private final double squareSd;
  private final ShapeScores shape;
  private final ScoreGrid grid = new ScoreGrid();
  private final Cusum.Params[] charts = new Cusum.Params[4];
  private double distance = Double.POSITIVE_INFINITY;
  private double stability = Double.POSITIVE_INFINITY;
  private int memory = 1;
  private int stage;
  private @Nullable Simulation running;
  private long done;

  /**
   * Begins to learn a reference.
   *
   * @param cycle how the scores follow the hour
   * @param scores in order, in [0, 1], at least 30; the dependence between neighbours counts; kept,
   *     not to be changed meanwhile
   * @param times their event times, in milliseconds
   * @param window values in the window whose distribution is compared
   * @param runLength values between two false alarms of the four that are not the stability index,
   *     on average; for other detectors see {@link Reference#share}
   * @param withStability whether the stability index is calibrated too; else it never alarms
   * @param provisional whether it is of few values and stands until there are more: a part of the
   *     work; its charts allow for what so few values leave open
   */
  public ReferenceLearning(
      HourOfWeek.Learnt cycle,
      double[] scores,
      long[] times,
      int window,
      double runLength,
      boolean withStability,
      boolean provisional) {
    int n = scores.length;
    if (n < LEAST_VALUES) {
      throw new IllegalArgumentException(
          "found %d values for a reference, expected at least %d".formatted(n, LEAST_VALUES));
    }
    this.cycle = cycle;
    this.hours = cycle.errors();
    this.values = cycle.season().removed(scores, times);
    this.window = window;
    this.runLength = runLength;
    this.stages = withStability ? 6 : 5;
    this.provisional = provisional;
    mean = Reference.mean(values);
    sd = Reference.deviation(values, mean);
    double[] squares = series(this::square);
    squareMean = Reference.mean(squares);
    squareSd = Reference.deviation(squares, squareMean);
    shape = ShapeScores.learn(values);
    for (double value : values) {
      grid.add(value);
    }
  }

  /** How the scores follow the hour; the reference is of what is left of them. */
  public HourOfWeek.Learnt cycle() {
    return cycle;
  }

  /** Counts of what is left of the scores. */
  public ScoreGrid grid() {
    return grid;
  }

  @Override
  public void advance(double part) {
    long total = 0;
    for (int i = 0; i < stages; i++) {
      total += steps(i);
    }
    work((long) (part * total) - done);
  }

  private void work(long most) {
    long left = most;
    while (left > 0 && stage < stages) {
      if (running == null) {
        running = begun();
      }
      int some = (int) Math.min(running.left(), left);
      running.run(some);
      left -= some;
      done += some;
      if (running.left() == 0) {
        conclude(running);
        running = null;
        stage++;
      }
    }
  }

  /** Does the rest of the work. */
  public Reference finish() {
    work(Long.MAX_VALUE);
    return new Reference(
        values.length,
        mean,
        sd,
        squareMean,
        squareSd,
        charts[0],
        charts[1],
        shape,
        charts[2],
        charts[3],
        window,
        Math.min(1, distance),
        stability);
  }

  private int steps(int number) {
    return switch (number) {
      case 0 -> charted(Reference.MEAN_SHARE);
      case 1 -> charted(Reference.DISPERSION_SHARE);
      case 2, 3 -> charted(Reference.SHAPE_SHARE / 2);
      case 4 -> DISTANCE_STEPS / (provisional ? PROVISIONAL_DISTANCE : 1);
      default -> STABILITY_STEPS / (provisional ? PROVISIONAL_STABILITY : 1);
    };
  }

  /** What raises few of the alarms need not be known as well. */
  private int charted(double part) {
    return (int) Math.max(LEAST_CHART_STEPS, CHART_STEPS * part);
  }

  private Simulation begun() {
    return switch (stage) {
      case 0 -> chart(this::level, MEAN_ALLOWANCE, Reference.MEAN_SHARE);
      case 1 -> chart(this::spread, DISPERSION_ALLOWANCE, Reference.DISPERSION_SHARE);
      case 2 -> chart(shape::third, SHAPE_ALLOWANCE, Reference.SHAPE_SHARE / 2);
      case 3 -> chart(shape::fourth, SHAPE_ALLOWANCE, Reference.SHAPE_SHARE / 2);
      case 4 -> window(grid.sliding(), Reference.DISTANCE_SHARE);
      default -> window(new StabilityIndex(grid).sliding(), Reference.STABILITY_SHARE);
    };
  }

  private void conclude(Simulation done) {
    if (done instanceof ChartCalibration chart) {
      charts[stage] = chart.thresholds();
    } else if (done instanceof WindowCalibration compared && stage == 4) {
      distance = Math.sqrt(compared.threshold());
    } else if (done instanceof WindowCalibration compared) {
      stability = compared.threshold();
    }
  }

  /** A short or strongly dependent reference knows its own mean badly: then more is allowed. */
  private ChartCalibration chart(DoubleUnaryOperator component, double allowance, double part) {
    Sieve series = Sieve.fit(series(component));
    if (stage == 0) {
      memory = series.memory();
    }
    double error = Math.sqrt(series.longRunVariance() / values.length);
    return new ChartCalibration(
        series,
        Math.max(allowance, SURE * error),
        error,
        hours,
        bend(component),
        runLength / part,
        charted(part));
  }

  private ChartCalibration.Bend bend(DoubleUnaryOperator component) {
    double step = hours.typical();
    if (step == 0) {
      return new ChartCalibration.Bend(0, 0);
    }
    double rise = 0;
    double turn = 0;
    for (double value : values) {
      double above = component.applyAsDouble(value + step);
      double below = component.applyAsDouble(value - step);
      rise += above - below;
      turn += above + below - 2 * component.applyAsDouble(value);
    }
    return new ChartCalibration.Bend(
        rise / values.length / (2 * step), turn / values.length / (2 * step * step));
  }

  private WindowCalibration window(WindowStatistic statistic, double part) {
    return new WindowCalibration(
        statistic,
        values,
        hours,
        window,
        Reference.DISTANCE_EVERY,
        memory,
        runLength / part,
        steps(stage));
  }

  private double[] series(DoubleUnaryOperator component) {
    return Arrays.stream(values).map(component).toArray();
  }

  private double level(double value) {
    return (value - mean) / sd;
  }

  private double square(double value) {
    return level(value) * level(value);
  }

  private double spread(double value) {
    return (square(value) - squareMean) / squareSd;
  }
}
