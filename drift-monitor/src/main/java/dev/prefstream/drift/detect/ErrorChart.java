package dev.prefstream.drift.detect;

/**
 * Whether decisions are wrong more often than they were: the Bernoulli cumulative sum of log
 * likelihood ratios of M. R. Reynolds and Z. G. Stoumbos, "A CUSUM chart for monitoring a
 * proportion when inspecting continuously", Journal of Quality Technology 31 (1999), for odds of an
 * error that have doubled. By Lorden (1971) a sum above ln(run length) comes without cause at most
 * once in that many labels; the baseline's share is taken at the upper end of its Wilson interval
 * (90 %, one side), so that the promise does not hang on a lucky baseline.
 *
 * <p>Labels that come together are one step, for their order is not known. A sum that is held at
 * zero only between steps is never above the one that is held there label by label, whatever the
 * order, so the promise holds for steps of any size; and for steps of several charts, each with a
 * share of its own, that are added up to one sum.
 *
 * @param p0 share of errors that is still good, in (0, 1)
 */
public record ErrorChart(double p0) {

  private static final double Z = 1.2816;
  private static final double ODDS = 2;

  /**
   * @param errors wrong decisions of the baseline
   * @param labels labels of the baseline, at least 1
   */
  public static ErrorChart of(long errors, long labels) {
    return new ErrorChart(Math.min(0.999, Wilson.of(errors, labels, Z).high()));
  }

  /**
   * What the sum must exceed.
   *
   * @param runLength labels between two false alarms, at least
   */
  public static double threshold(double runLength) {
    return Math.log(runLength);
  }

  /**
   * What labels that came together add to the sum.
   *
   * @param labels how many, at least 0
   * @param errors of these, the wrong decisions
   */
  public double step(long labels, long errors) {
    return errors * Math.log(ODDS) - labels * Math.log(1 + (ODDS - 1) * p0);
  }
}
