package dev.prefstream.drift.detect;

/**
 * How far the values in a window are from a reference, kept up as they come and go. While nothing
 * has changed its tail is exponential and it is about proportional to the sum of the parts that
 * window and reference have in it, 1 / n + 1 / m for n and m values: so the stability index, and
 * the square of the Kolmogorov-Smirnov distance. Mutable; one thread.
 */
interface WindowStatistic {

  /** A value in [0, 1] comes into the window. */
  void enter(double value);

  /** A value that came in before leaves it. */
  void leave(double value);

  /** The statistic of the values that are in the window, at least one. */
  double read();
}
