package dev.prefstream.cli.evaluate.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How well scores put positives above negatives. Rows of equal score form one step: none of them is
 * above another. Immutable.
 */
public final class Ranking {

  /** Draws of a bootstrap. */
  public static final int DRAWS = 2_000;

  /** Fewest rows of each class for a bootstrap. */
  static final int LEAST_ROWS = 10;

  private final long[] positives;
  private final long[] negatives;
  private final long allPositives;
  private final long allNegatives;

  /** Step of each positive row, then of each negative row; steps count from the highest score. */
  private final int[] positiveSteps;

  private final int[] negativeSteps;

  /**
   * @param scores finite, one for each row
   * @param labels true for a positive row
   */
  public Ranking(double[] scores, boolean[] labels) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[b], scores[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] steps = new int[scores.length];
    int count = 0;
    for (int i = 0; i < order.length; i++) {
      count += i == 0 || scores[order[i]] != scores[order[i - 1]] ? 1 : 0;
      steps[order[i]] = count - 1;
    }
    this.positives = new long[count];
    this.negatives = new long[count];
    for (int i = 0; i < steps.length; i++) {
      (labels[i] ? positives : negatives)[steps[i]]++;
    }
    this.positiveSteps =
        IntStream.range(0, steps.length).filter(i -> labels[i]).map(i -> steps[i]).toArray();
    this.negativeSteps =
        IntStream.range(0, steps.length).filter(i -> !labels[i]).map(i -> steps[i]).toArray();
    this.allPositives = positiveSteps.length;
    this.allNegatives = negativeSteps.length;
  }

  /**
   * Area under the ROC curve: the Mann-Whitney statistic, where a pair of equal scores counts one
   * half (midranks). NaN when a class is missing.
   */
  public double auc() {
    return auc(positives, negatives, allPositives, allNegatives);
  }

  /**
   * The AUC with the 95 % percentile interval of a bootstrap stratified by class: each draw takes
   * as many positives and as many negatives as there are (Efron and Tibshirani 1993, chapter 13). A
   * bootstrap of few rows, or of classes that do not overlap, draws the same again and would show
   * certainty: with fewer than {@value #LEAST_ROWS} rows of a class, and where all draws agree, the
   * interval is {@link AucScore}'s.
   */
  public Estimate aucWithInterval(long seed) {
    double value = auc();
    if (Double.isNaN(value)) {
      return Estimate.NONE;
    }
    if (Math.min(allPositives, allNegatives) < LEAST_ROWS) {
      return AucScore.interval(value, allPositives, allNegatives);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[DRAWS];
    long[] up = new long[positives.length];
    long[] down = new long[negatives.length];
    for (int draw = 0; draw < DRAWS; draw++) {
      resample(positiveSteps, up, random);
      resample(negativeSteps, down, random);
      drawn[draw] = auc(up, down, allPositives, allNegatives);
    }
    Estimate drawnInterval = Percentiles.interval(value, drawn);
    return drawnInterval.low() < drawnInterval.high()
        ? drawnInterval
        : AucScore.interval(value, allPositives, allNegatives);
  }

  /**
   * The sum over the steps of precision times the recall gained, without interpolation. NaN without
   * positives.
   */
  public double averagePrecision() {
    if (allPositives == 0) {
      return Double.NaN;
    }
    double sum = 0;
    long hits = 0;
    long called = 0;
    for (int step = 0; step < positives.length; step++) {
      hits += positives[step];
      called += positives[step] + negatives[step];
      sum += (double) positives[step] / allPositives * hits / called;
    }
    return sum;
  }

  /**
   * A point of the ROC curve.
   *
   * @param falsePositiveRate in [0, 1]
   * @param truePositiveRate in [0, 1]
   */
  public record Point(double falsePositiveRate, double truePositiveRate) {}

  /** From (0, 0) to (1, 1), one point more than there are steps; empty when a class is missing. */
  public List<Point> curve() {
    if (allPositives == 0 || allNegatives == 0) {
      return List.of();
    }
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 0));
    long hits = 0;
    long misses = 0;
    for (int step = 0; step < positives.length; step++) {
      hits += positives[step];
      misses += negatives[step];
      points.add(new Point((double) misses / allNegatives, (double) hits / allPositives));
    }
    return points;
  }

  /** Pairs of a positive and a negative row won (ties one half) and all such pairs. */
  double[] pairs() {
    double all = (double) allPositives * allNegatives;
    return new double[] {all == 0 ? 0 : auc() * all, all};
  }

  private static double auc(
      long[] positives, long[] negatives, long allPositives, long allNegatives) {
    if (allPositives == 0 || allNegatives == 0) {
      return Double.NaN;
    }
    double won = 0;
    long below = allNegatives;
    for (int step = 0; step < positives.length; step++) {
      below -= negatives[step];
      won += positives[step] * (below + 0.5 * negatives[step]);
    }
    return won / ((double) allPositives * allNegatives);
  }

  private static void resample(int[] steps, long[] into, SplittableRandom random) {
    Arrays.fill(into, 0);
    for (int i = 0; i < steps.length; i++) {
      into[steps[random.nextInt(steps.length)]]++;
    }
  }
}
