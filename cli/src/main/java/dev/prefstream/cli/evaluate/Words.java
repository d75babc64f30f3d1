package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.evaluate.statistics.Estimate;
import java.util.Locale;

/** Figures as a table shows them. */
final class Words {

  private Words() {}

  /** Three decimals; a dash when the figure does not exist. */
  static String figure(double figure) {
    return Double.isNaN(figure) ? "-" : String.format(Locale.ROOT, "%.3f", figure);
  }

  /** Value and interval. */
  static String figure(Estimate estimate) {
    return Double.isNaN(estimate.value())
        ? "-"
        : "%s (%s to %s)"
            .formatted(figure(estimate.value()), figure(estimate.low()), figure(estimate.high()));
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
