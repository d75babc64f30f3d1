package dev.prefstream.cli.evaluate.statistics;

import java.util.List;

/**
 * {@code loss = (C / C0)^-alpha}, fitted as a straight line of log loss over log compute by least
 * squares. Intervals are those of the linear regression at 95 %: they take the scatter about the
 * line as normal, and with three points rest on one degree of freedom.
 *
 * @param alpha how steeply the loss falls; 0 where compute does nothing
 * @param scale C0, the compute at which the loss would be 1, with Fieller's interval (1954); NaN
 *     bounds where the slope cannot be told from none
 * @param residual standard deviation of log loss about the line
 * @param degrees degrees of freedom of the residual
 */
public record PowerLaw(Estimate alpha, Estimate scale, double residual, int degrees, Line line) {

  /**
   * The line in logarithms.
   *
   * @param spread sum of the squared deviations of log compute
   */
  public record Line(
      int points, double meanLogCompute, double meanLogLoss, double slope, double spread) {}

  /** One measured point. Both are above 0. */
  public record Point(double compute, double loss) {}

  /** Fewest points at different compute for a line with an interval. */
  public static final int LEAST_POINTS = 3;

  /**
   * @param points at two values of compute or more; with two there is no interval
   */
  public static PowerLaw fit(List<Point> points) {
    int n = points.size();
    double x = points.stream().mapToDouble(p -> Math.log(p.compute())).average().orElseThrow();
    double y = points.stream().mapToDouble(p -> Math.log(p.loss())).average().orElseThrow();
    double spread = points.stream().mapToDouble(p -> square(Math.log(p.compute()) - x)).sum();
    double slope =
        points.stream()
                .mapToDouble(p -> (Math.log(p.compute()) - x) * (Math.log(p.loss()) - y))
                .sum()
            / spread;
    double squares =
        points.stream()
            .mapToDouble(p -> square(Math.log(p.loss()) - y - slope * (Math.log(p.compute()) - x)))
            .sum();
    int degrees = n - 2;
    double residual = degrees > 0 ? Math.sqrt(squares / degrees) : Double.NaN;
    double reach = StudentT.quantile975(degrees) * residual / Math.sqrt(spread);
    Line line = new Line(n, x, y, slope, spread);
    return new PowerLaw(
        new Estimate(-slope, -slope - reach, -slope + reach),
        scale(line, residual, degrees),
        residual,
        degrees,
        line);
  }

  /** The loss on the line. */
  public double at(double compute) {
    return Math.exp(line.meanLogLoss + line.slope * (Math.log(compute) - line.meanLogCompute));
  }

  /** The loss that one more run of this compute would show, with its 95 % prediction interval. */
  public Estimate predict(double compute) {
    double away = square(Math.log(compute) - line.meanLogCompute) / line.spread;
    double reach =
        StudentT.quantile975(degrees) * residual * Math.sqrt(1 + 1.0 / line.points + away);
    return new Estimate(at(compute), at(compute) * Math.exp(-reach), at(compute) * Math.exp(reach));
  }

  private static Estimate scale(Line line, double residual, int degrees) {
    double away = -line.meanLogLoss / line.slope;
    double value = Math.exp(line.meanLogCompute + away);
    double t = StudentT.quantile975(degrees);
    double g = square(t * residual / line.slope) / line.spread;
    if (!(g < 1)) {
      return new Estimate(value, Double.NaN, Double.NaN);
    }
    double reach =
        t
            * residual
            / Math.abs(line.slope)
            * Math.sqrt((1 - g) / line.points + square(away) / line.spread);
    return new Estimate(
        value,
        Math.exp(line.meanLogCompute + (away - reach) / (1 - g)),
        Math.exp(line.meanLogCompute + (away + reach) / (1 - g)));
  }

  private static double square(double value) {
    return value * value;
  }
}
