package dev.prefstream.cli.evaluate;

import java.util.HashMap;
import java.util.Map;

/** Rows whose id a row before them has, and whether people say the same of them. */
final class RepeatedIds {

  /** What the first row of each id says, as a hash. */
  private final Map<String, Integer> verdicts = new HashMap<>();

  private final LineNumbers repeated = new LineNumbers();
  private final LineNumbers contradictory = new LineNumbers();

  /**
   * A row that is used.
   *
   * @param verdict what people say of it
   */
  void take(long line, String id, Object verdict) {
    Integer first = verdicts.putIfAbsent(id, verdict.hashCode());
    if (first == null) {
      return;
    }
    repeated.add(line);
    if (first != verdict.hashCode()) {
      contradictory.add(line);
    }
  }

  LineNumbers repeated() {
    return repeated;
  }

  /** Those of them of which people say otherwise than of the first row of their id. */
  LineNumbers contradictory() {
    return contradictory;
  }

  /** What is found, in one sentence for people. */
  String told() {
    return "rows with an id that a row before them has: %d (%s), %s; all were counted"
        .formatted(
            repeated.size(),
            repeated,
            contradictory.size() == 0
                ? "none with another label"
                : "%d with another label (%s)".formatted(contradictory.size(), contradictory));
  }
}
