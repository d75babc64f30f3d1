package dev.prefstream.drift.detect;

/**
 * How far the values in a window are from a reference, kept up as they come and go; while nothing
 * has changed its tail is exponential. Mutable; one thread.
 */
interface WindowStatistic {

  /** A value in [0, 1] comes into the window. */
  void enter(double value);

  /** A value that came in before leaves it. */
  void leave(double value);

  /** The statistic of the values that are in the window, at least one. */
  double read();
}
