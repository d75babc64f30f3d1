package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.publish.Fields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** By what a report is broken down. */
final class Groups {

  static final List<String> KEYS = List.of("product", "source", "language");

  static final String STRATUM = "stratum";

  /** Those of the rows and what an evaluation adds to them. */
  static final List<String> ALL = List.of("product", "source", "language", STRATUM);

  /** Most values of a key in a table; a report as JSON holds all. */
  static final int SHOWN = 12;

  /** Rows that do not say. */
  static final String NONE = "(none)";

  private Groups() {}

  /** What a row says of itself. */
  static Map<String, String> of(Fields row) {
    Map<String, String> groups = new LinkedHashMap<>();
    for (String key : KEYS) {
      String value = row.word(key);
      groups.put(key, value == null ? NONE : value);
    }
    return groups;
  }

  /**
   * The rows of each value of a key, the largest first; empty when no row has a value.
   *
   * @param groups of a row
   */
  static <T> Map<String, List<T>> by(
      String key, List<T> rows, Function<T, Map<String, String>> groups) {
    Map<String, List<T>> parts = new LinkedHashMap<>();
    for (T row : rows) {
      parts
          .computeIfAbsent(groups.apply(row).getOrDefault(key, NONE), unused -> new ArrayList<>())
          .add(row);
    }
    if (parts.keySet().equals(java.util.Set.of(NONE))) {
      return Map.of();
    }
    Map<String, List<T>> sorted = new LinkedHashMap<>();
    parts.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, List<T>> part) -> -part.getValue().size())
                .thenComparing(Map.Entry::getKey))
        .forEach(part -> sorted.put(part.getKey(), part.getValue()));
    return sorted;
  }
}
