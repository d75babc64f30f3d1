package dev.prefstream.oversight.statistics;

/**
 * Quantiles of the standard normal distribution by M. J. Wichura (1988), "Algorithm AS 241: the
 * percentage points of the normal distribution", Applied Statistics 37, p. 477-484, routine PPND7:
 * about seven digits, which is four more than any count here can use.
 */
public final class Normal {

  private Normal() {}

  /**
   * The {@code z} between whose negative and itself lies {@code confidence} of the distribution.
   *
   * @param confidence in (0, 1)
   */
  public static double z(double confidence) {
    return quantile(0.5 + confidence / 2);
  }

  /**
   * The value below which {@code p} of the distribution lies.
   *
   * @param p in (0, 1)
   */
  static double quantile(double p) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException(
          "a quantile at %s: expected a probability between 0 and 1".formatted(p));
    }
    double q = p - 0.5;
    if (Math.abs(q) <= 0.425) {
      double r = 0.180625 - q * q;
      return q
          * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
          / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
    }
    double tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
    return Math.copySign(tail <= 5 ? near(tail - 1.6) : far(tail - 5), q);
  }

  private static double near(double r) {
    return (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777)
        / ((0.12021132975 * r + 0.73700164250) * r + 1);
  }

  private static double far(double r) {
    return (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150)
        / ((0.012258202635 * r + 0.24197894225) * r + 1);
  }
}
