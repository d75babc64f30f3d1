package dev.prefstream.oversight.statistics;

/** Both bounds of a confidence interval, {@code low <= high}. */
public record Interval(double low, double high) {

  public double halfWidth() {
    return (high - low) / 2;
  }

  /** Whether the value lies strictly outside. */
  public boolean excludes(double value) {
    return value < low || value > high;
  }
}
