package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What reading a file came to: how many rows, which lines are broken and why, and whether the
 * columns are there that a row needs.
 */
final class Reading {

  private static final int KEPT = 100;
  private static final int SHOWN = 5;

  private final RowFile file;
  private final List<List<String>> required;
  private final Map<String, Integer> found = new HashMap<>();
  private final LineNumbers broken = new LineNumbers();
  private final TreeMap<Long, String> reasons = new TreeMap<>();
  private final RepeatedIds repeatedIds = new RepeatedIds();
  private final TreeSet<String> columns = new TreeSet<>();
  private long rows;

  /**
   * @param required columns of which each row needs one of every list
   */
  Reading(RowFile file, List<List<String>> required) {
    this.file = file;
    this.required = required;
  }

  /** A row that could be parsed, before its fields are looked at. */
  void parsed(Fields fields) {
    columns.addAll(fields.unknown());
    for (List<String> any : required) {
      for (String name : any) {
        if (fields.has(name)) {
          found.merge(name, 1, Integer::sum);
        }
      }
    }
  }

  /**
   * @throws PoisonException when the row lacks a column that it needs
   */
  void requireColumns(Fields fields) {
    for (List<String> any : required) {
      if (any.stream().noneMatch(fields::has)) {
        throw new PoisonException(
            PoisonReason.INVALID_FIELD, "there is no %s".formatted(String.join(" and no ", any)));
      }
    }
  }

  /** A row that is used. */
  void good() {
    rows++;
  }

  /**
   * A line that is not used.
   *
   * @param reason without customer text
   */
  void broken(long line, String reason) {
    broken.add(line);
    reasons.put(line, reason);
    if (reasons.size() > KEPT) {
      reasons.pollLastEntry();
    }
  }

  /** A row that was to be used, and for which the model gave no number that can be. */
  void unjudged(long line) {
    rows--;
    broken(line, "the model gave a number that is not finite for this row");
  }

  long rows() {
    return rows;
  }

  long brokenLines() {
    return broken.size();
  }

  LineNumbers broken() {
    return broken;
  }

  /** Why they are not used, of the first hundred of them. */
  Map<Long, String> reasons() {
    return reasons;
  }

  RepeatedIds repeatedIds() {
    return repeatedIds;
  }

  /**
   * @throws CommandFailure when no row can be used
   */
  void requireRows() {
    if (rows > 0) {
      return;
    }
    if (!columns.isEmpty()) {
      List<String> missing =
          required.stream()
              .filter(any -> any.stream().noneMatch(found::containsKey))
              .map(any -> String.join(" or ", any))
              .toList();
      if (!missing.isEmpty()) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "%s has no column %s: found %s, expected %s in every row"
                .formatted(
                    file.path(),
                    String.join(", and no column ", missing),
                    shown(columns),
                    required.stream()
                        .map(any -> String.join(" or ", any))
                        .collect(Collectors.joining(", "))));
      }
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        broken.size() == 0
            ? "%s holds no rows: expected one at least".formatted(file.path())
            : "%s holds no row that can be used: all of its %d lines are broken; %s"
                .formatted(file.path(), broken.size(), told()));
  }

  /** All broken lines by number, in one sentence; the first few with their reasons. */
  String told() {
    String first =
        reasons.entrySet().stream()
            .limit(SHOWN)
            .map(line -> "line %d: %s".formatted(line.getKey(), line.getValue()))
            .collect(Collectors.joining("; "));
    return broken.size() <= SHOWN ? first : "%s; the first of them: %s".formatted(broken, first);
  }

  private static String shown(Collection<String> names) {
    int most = 12;
    String list = names.stream().limit(most).collect(Collectors.joining(", "));
    return names.size() <= most ? list : list + " and " + (names.size() - most) + " more";
  }
}
