package dev.prefstream.drift.detect;

/**
 * The tail of a multiple of a chi-square, made exponential. Beyond x it falls as {@code x^(k/2-1)
 * exp(-x/2)} for k degrees of freedom, so a straight line through where it is often reached runs
 * above it further out.
 *
 * @param scale of what the statistic is a multiple, positive
 * @param degrees degrees of freedom, above 2
 */
record ChiSquareTail(double scale, int degrees) {

  /** A statistic on a scale on which its tail is exponential; alike below the density's peak. */
  double straightened(double statistic) {
    double peak = peak();
    double beyond = Math.max(peak, statistic);
    return beyond - peak * Math.log(beyond / peak);
  }

  /** The statistic of what {@link #straightened} gave, at the peak or beyond. */
  double bent(double straight) {
    return Bisection.of(
        peak(), Math.max(peak(), 2 * straight), middle -> straightened(middle) < straight);
  }

  private double peak() {
    return (degrees - 2) * scale;
  }
}
