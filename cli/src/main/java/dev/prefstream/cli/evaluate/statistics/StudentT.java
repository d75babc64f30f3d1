package dev.prefstream.cli.evaluate.statistics;

/** Student's t distribution, by the regularised incomplete beta function. */
final class StudentT {

  private static final int STEPS = 200;
  private static final double TINY = 1e-300;

  private StudentT() {}

  /** The 0.975 quantile: within it lie 95 %. Infinite without degrees of freedom. */
  static double quantile975(int degrees) {
    if (degrees < 1) {
      return Double.POSITIVE_INFINITY;
    }
    double low = 0;
    double high = 1_000;
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (outside(middle, degrees) > 0.05) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Probability of more than {@code t} in either direction. */
  static double outside(double t, int degrees) {
    return incompleteBeta(degrees / 2.0, 0.5, degrees / (degrees + t * t));
  }

  /** I_x(a, b) by the continued fraction DLMF 8.17.22, evaluated by Lentz's method. */
  private static double incompleteBeta(double a, double b, double x) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    if (x > (a + 1) / (a + b + 2)) {
      return 1 - incompleteBeta(b, a, 1 - x);
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    double c = 1;
    double d = 1 / guarded(1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m <= STEPS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / guarded(1 + even * d);
      c = guarded(1 + even / c);
      fraction *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / guarded(1 + odd * d);
      c = guarded(1 + odd / c);
      double step = d * c;
      fraction *= step;
      if (Math.abs(step - 1) < 1e-15) {
        break;
      }
    }
    return front * fraction / a;
  }

  private static double guarded(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }

  /** Of half-integers above 0, exactly: by Gamma(x + 1) = x Gamma(x) from Gamma(1/2), Gamma(1). */
  private static double logGamma(double x) {
    double sum = x == Math.rint(x) ? 0 : Math.log(Math.PI) / 2;
    for (double at = x == Math.rint(x) ? 1 : 0.5; at < x; at++) {
      sum += Math.log(at);
    }
    return sum;
  }
}
