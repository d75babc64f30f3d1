package dev.prefstream.cli.evaluate.statistics;

import dev.prefstream.cli.evaluate.statistics.PowerLaw.Point;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;

/**
 * {@code loss = floor + (C / C0)^-alpha}, fitted by least squares of relative errors. For a given
 * alpha the rest is linear, so the fit searches alpha alone. Intervals are profile intervals at 95
 * % (Bates and Watts 1988, section 6.1): all values for which the best fit through them is not
 * significantly worse, by {@code RSS <= least (1 + t^2 / degrees)}. A bound that no data holds is
 * infinite; the floor's is 0 at least, and may lie above the smallest loss, which scatters too.
 *
 * @param alpha above 0
 * @param floor the loss that no compute goes below, at least 0
 * @param scale C0
 * @param residual standard deviation of the relative errors
 * @param degrees degrees of freedom of the residual, at least 1
 */
public record FlooredPowerLaw(
    Estimate alpha,
    Estimate floor,
    double scale,
    double residual,
    int degrees,
    double allowed,
    List<Point> points) {

  /** Fewest points at different compute: three parameters and one degree of freedom. */
  public static final int LEAST_POINTS = 4;

  private static final double LEAST_ALPHA = 1e-3;
  private static final double MOST_ALPHA = 4;
  private static final int GRID = 400;
  private static final int STEPS = 60;

  /** Sum of squared relative errors that rounding alone may leave. */
  private static final double ROUNDING = 1e-20;

  /**
   * Empty when no curve that falls fits better than a loss that stays the same.
   *
   * @param points at four values of compute or more
   */
  public static Optional<FlooredPowerLaw> fit(List<Point> points) {
    double centre = centre(points);
    double alpha = least(exponent -> free(points, centre, exponent).squares());
    Curve best = free(points, centre, alpha);
    if (!(best.factor() > 0) || level(points) <= ROUNDING) {
      return Optional.empty();
    }
    int degrees = points.size() - 3;
    double t = StudentT.quantile975(degrees);
    // Rounding must not make the best fit itself significant where the points lie on the curve.
    double allowed = Math.max(best.squares(), ROUNDING) * (1 + t * t / degrees);
    DoublePredicate exponents = exponent -> free(points, centre, exponent).squares() <= allowed;
    DoublePredicate floors = floor -> through(points, centre, floor, 0) <= allowed;
    double smallest = points.stream().mapToDouble(Point::loss).min().orElseThrow();
    return Optional.of(
        new FlooredPowerLaw(
            new Estimate(
                alpha,
                exponents.test(LEAST_ALPHA) ? 0 : edge(exponents, alpha, LEAST_ALPHA),
                exponents.test(MOST_ALPHA)
                    ? Double.POSITIVE_INFINITY
                    : edge(exponents, alpha, MOST_ALPHA)),
            new Estimate(
                best.floor(),
                floors.test(0) ? 0 : edge(floors, best.floor(), 0),
                edgeAbove(floors, best.floor(), smallest)),
            centre * Math.pow(best.factor(), 1 / alpha),
            Math.sqrt(best.squares() / degrees),
            degrees,
            allowed,
            List.copyOf(points)));
  }

  /** The loss on the curve. */
  public double at(double compute) {
    return floor.value() + Math.pow(compute / scale, -alpha.value());
  }

  /** The loss on the curve with its 95 % profile interval. */
  public Estimate predict(double compute) {
    double value = at(compute);
    double centre = centre(points);
    DoublePredicate losses =
        loss -> loss > 0 && through(points, centre, loss, compute / centre) <= allowed;
    return new Estimate(value, edge(losses, value, 0), edgeAbove(losses, value, value));
  }

  /**
   * The best curve of one exponent.
   *
   * @param factor above 0 or 0; the curve is {@code floor + factor (C / centre)^-alpha}
   */
  private record Curve(double floor, double factor, double squares) {}

  /** Weighted linear least squares of loss on (C / centre)^-alpha, the floor held at 0 or above. */
  private static Curve free(List<Point> points, double centre, double alpha) {
    double w = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (Point point : points) {
      double weight = 1 / (point.loss() * point.loss());
      double base = Math.pow(point.compute() / centre, -alpha);
      w += weight;
      x += weight * base;
      y += weight * point.loss();
      xx += weight * base * base;
      xy += weight * base * point.loss();
    }
    double determinant = w * xx - x * x;
    double factor = (w * xy - x * y) / determinant;
    double floor = (y - factor * x) / w;
    if (!(determinant > 0) || floor < 0) {
      floor = 0;
      factor = xy / xx;
    } else if (factor < 0) {
      factor = 0;
      floor = y / w;
    }
    return new Curve(floor, factor, squares(points, centre, alpha, floor, factor));
  }

  /**
   * Least squares of all curves that have this loss at a compute.
   *
   * @param relative that compute over the centre; 0 stands for no bound: the floor itself
   */
  private static double through(List<Point> points, double centre, double loss, double relative) {
    DoubleUnaryOperator squares =
        alpha -> {
          double anchor = relative == 0 ? 0 : Math.pow(relative, -alpha);
          double top = 0;
          double bottom = 0;
          for (Point point : points) {
            double weight = 1 / (point.loss() * point.loss());
            double base = Math.pow(point.compute() / centre, -alpha) - anchor;
            top += weight * base * (point.loss() - loss);
            bottom += weight * base * base;
          }
          double most = anchor == 0 ? Double.POSITIVE_INFINITY : loss / anchor;
          double factor = Math.min(most, Math.max(0, top / bottom));
          return squares(points, centre, alpha, loss - factor * anchor, factor);
        };
    return squares.applyAsDouble(least(squares));
  }

  private static double squares(
      List<Point> points, double centre, double alpha, double floor, double factor) {
    double sum = 0;
    for (Point point : points) {
      double fitted = floor + factor * Math.pow(point.compute() / centre, -alpha);
      double error = (point.loss() - fitted) / point.loss();
      sum += error * error;
    }
    return sum;
  }

  /** Least squares of a loss that stays the same. */
  private static double level(List<Point> points) {
    double weights = points.stream().mapToDouble(p -> 1 / (p.loss() * p.loss())).sum();
    double weighted = points.stream().mapToDouble(p -> 1 / p.loss()).sum();
    return squares(points, 1, 1, weighted / weights, 0);
  }

  /** The exponent of the least value: a grid in logarithms, then golden sections about its best. */
  private static double least(DoubleUnaryOperator squares) {
    double step = Math.log(MOST_ALPHA / LEAST_ALPHA) / GRID;
    double best = LEAST_ALPHA;
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= GRID; i++) {
      double alpha = LEAST_ALPHA * Math.exp(i * step);
      double value = squares.applyAsDouble(alpha);
      if (value < smallest) {
        smallest = value;
        best = alpha;
      }
    }
    double golden = (Math.sqrt(5) - 1) / 2;
    double low = Math.max(LEAST_ALPHA, best * Math.exp(-step));
    double high = Math.min(MOST_ALPHA, best * Math.exp(step));
    for (int i = 0; i < STEPS; i++) {
      double left = high - golden * (high - low);
      double right = low + golden * (high - low);
      if (squares.applyAsDouble(left) <= squares.applyAsDouble(right)) {
        high = right;
      } else {
        low = left;
      }
    }
    return (low + high) / 2;
  }

  /** The upper edge: the first step away is doubled until the property no longer holds. */
  private static double edgeAbove(DoublePredicate holds, double inside, double first) {
    double in = inside;
    double away = first;
    for (int i = 0; i < STEPS; i++) {
      if (!holds.test(inside + away)) {
        return edge(holds, in, inside + away);
      }
      in = inside + away;
      away *= 2;
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Where a property that holds at the one end ends on the way to the other; by bisection. */
  private static double edge(DoublePredicate holds, double inside, double outside) {
    double in = inside;
    double out = outside;
    if (holds.test(out)) {
      return out;
    }
    for (int i = 0; i < STEPS; i++) {
      double middle = (in + out) / 2;
      if (holds.test(middle)) {
        in = middle;
      } else {
        out = middle;
      }
    }
    return in;
  }

  private static double centre(List<Point> points) {
    return Math.exp(points.stream().mapToDouble(p -> Math.log(p.compute())).average().orElse(0));
  }
}
