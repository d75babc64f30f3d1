package dev.prefstream.benchmarks.report;

import java.util.Locale;

/** Numbers for people: three significant digits where that is enough. */
final class Numbers {

  private Numbers() {}

  static String shown(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e6) {
      return String.format(Locale.ROOT, "%,.0f", value);
    } else if (size >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    } else if (size >= 10) {
      return String.format(Locale.ROOT, "%.1f", value);
    } else if (size >= 0.01) {
      return String.format(Locale.ROOT, "%.3f", value);
    }
    return String.format(Locale.ROOT, "%.2g", value);
  }

  /** Median, and least to most where there is more than one value. */
  static String shown(Summary summary) {
    return summary.count() == 1
        ? shown(summary.median())
        : "%s (%s..%s)"
            .formatted(shown(summary.median()), shown(summary.min()), shown(summary.max()));
  }
}
