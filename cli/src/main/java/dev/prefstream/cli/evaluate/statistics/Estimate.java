package dev.prefstream.cli.evaluate.statistics;

/**
 * A figure with its 95 % interval. All three are NaN when the figure does not exist.
 *
 * @param low at most {@code high}
 */
public record Estimate(double value, double low, double high) {

  /** Of a figure that does not exist. */
  public static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);
}
