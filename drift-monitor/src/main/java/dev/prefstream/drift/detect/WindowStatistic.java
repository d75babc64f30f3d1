package dev.prefstream.drift.detect;

/**
 * How far the values in a window are from a reference, kept up as they come and go. Mutable; one
 * thread.
 */
interface WindowStatistic {

  /** Degrees of freedom of a chi-square whose tail is exponential. */
  int EXPONENTIAL = 2;

  /** A value in [0, 1] comes into the window. */
  void enter(double value);

  /** A value that came in before leaves it. */
  void leave(double value);

  /** The statistic of the values that are in the window, at least one. */
  double read();

  /** Degrees of freedom of the chi-square that its tail is like while nothing has changed. */
  default int degrees() {
    return EXPONENTIAL;
  }
}
