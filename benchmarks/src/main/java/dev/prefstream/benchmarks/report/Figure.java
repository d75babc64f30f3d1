package dev.prefstream.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * What is measured.
 *
 * @param id arm, dot, what; such as {@code pipeline.throughput}
 * @param unit for people; empty for a share or a count
 * @param simulated whether a simulated device is behind it
 * @param point where it lies on a curve; null for a figure that stands alone
 */
public record Figure(String id, String unit, boolean simulated, @Nullable Point point) {

  /**
   * A place on a curve.
   *
   * @param series one line of the arm's chart
   * @param axis what {@code x} counts, with its unit
   */
  public record Point(String series, String axis, double x) {}

  public static Figure of(String id, String unit) {
    return new Figure(id, unit, false, null);
  }

  public static Figure simulated(String id, String unit) {
    return new Figure(id, unit, true, null);
  }

  /** A point of {@code arm}'s chart, with id {@code arm.series@x}. */
  public static Figure point(String arm, Point point, String unit) {
    return new Figure(
        "%s.%s@%s".formatted(arm, point.series, Numbers.shown(point.x)), unit, false, point);
  }

  /** One of the same kind whose id ends with {@code ending}. */
  public Figure beside(String ending) {
    return new Figure(id + ending, unit, simulated, point);
  }

  /** The arm that measures it. */
  public String arm() {
    int dot = id.indexOf('.');
    return dot < 0 ? id : id.substring(0, dot);
  }
}
