package dev.prefstream.drift.detect;

import java.util.function.DoublePredicate;

/** Where a condition that holds for low numbers stops to hold. */
final class Bisection {

  private static final int HALVINGS = 40;

  private Bisection() {}

  /** The end of what is too low between the two, to a part in 10^12, from above. */
  static double of(double from, double to, DoublePredicate tooLow) {
    double low = from;
    double high = to;
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = (low + high) / 2;
      if (tooLow.test(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
