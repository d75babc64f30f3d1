package dev.prefstream.benchmarks.report;

/**
 * What is measured.
 *
 * @param id arm, dot, what; such as {@code pipeline.throughput}
 * @param unit for people; empty for a share or a count
 * @param simulated whether a simulated device is behind it
 */
public record Figure(String id, String unit, boolean simulated) {

  public static Figure of(String id, String unit) {
    return new Figure(id, unit, false);
  }

  public static Figure simulated(String id, String unit) {
    return new Figure(id, unit, true);
  }

  /** The arm that measures it. */
  public String arm() {
    int dot = id.indexOf('.');
    return dot < 0 ? id : id.substring(0, dot);
  }
}
