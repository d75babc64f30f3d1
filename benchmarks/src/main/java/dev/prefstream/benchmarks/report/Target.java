package dev.prefstream.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something the design promises.
 *
 * @param what in the design's words
 * @param bound which side of {@code value} is good
 * @param measured what a run came to; empty when it did not measure it
 * @param needs figures it rests on, to say why it was not measured
 */
public record Target(
    String what,
    Bound bound,
    double value,
    Function<Results, Optional<Summary>> measured,
    List<String> needs) {

  /** Which side of the value is good. */
  public enum Bound {
    AT_LEAST("≥"),
    MORE_THAN(">"),
    AT_MOST("≤");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }

    boolean holds(double found, double value) {
      return switch (this) {
        case AT_LEAST -> found >= value;
        case MORE_THAN -> found > value;
        case AT_MOST -> found <= value;
      };
    }
  }

  /** A ratio of two figures. */
  public static Target ratio(String what, Bound bound, double value, String above, String below) {
    return new Target(
        what, bound, value, results -> results.ratio(above, below), List.of(above, below));
  }

  /** One figure. */
  public static Target figure(String what, Bound bound, double value, String id) {
    return new Target(what, bound, value, results -> results.summary(id), List.of(id));
  }

  /** Whether the median of what the run measured meets it. */
  public Verdict verdict(Results results) {
    Optional<Summary> found = measured.apply(results);
    if (found.isEmpty()) {
      return Verdict.notMeasured(this, why(results));
    }
    boolean simulated =
        needs.stream().flatMap(id -> results.figure(id).stream()).anyMatch(Figure::simulated);
    return Verdict.measured(this, found.get(), simulated);
  }

  private String why(Results results) {
    for (String id : needs) {
      if (results.figure(id).isEmpty()) {
        String arm = Figure.of(id, "").arm();
        String failure = results.failures().get(arm);
        return failure == null
            ? "the arm %s did not run".formatted(arm)
            : "%s failed: %s".formatted(arm, failure);
      }
    }
    return "no round holds both sides";
  }
}
