package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final List<Broken> broken = new ArrayList<>();
  private final TreeSet<String> columns = new TreeSet<>();
  private long brokenLines;
  private long rows;

  /** A line that is not used. The reason never holds customer text. */
  record Broken(long line, String reason) {}

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

  void broken(long line, String reason) {
    brokenLines++;
    if (broken.size() < KEPT) {
      broken.add(new Broken(line, reason));
    }
  }

  long rows() {
    return rows;
  }

  long brokenLines() {
    return brokenLines;
  }

  /** The first hundred of them. */
  List<Broken> broken() {
    return broken;
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
        brokenLines == 0
            ? "%s holds no rows: expected one at least".formatted(file.path())
            : "%s holds no row that can be used: all of its %d lines are broken; %s"
                .formatted(file.path(), brokenLines, told()));
  }

  /** The broken lines by number, in one sentence; the first few with their reasons. */
  String told() {
    String reasons =
        broken.stream()
            .limit(SHOWN)
            .map(line -> "line %d: %s".formatted(line.line(), line.reason()))
            .collect(Collectors.joining("; "));
    return brokenLines <= SHOWN
        ? reasons
        : reasons + "; and %d more".formatted(brokenLines - SHOWN);
  }

  private static String shown(Collection<String> names) {
    int most = 12;
    String list = names.stream().limit(most).collect(Collectors.joining(", "));
    return names.size() <= most ? list : list + " and " + (names.size() - most) + " more";
  }
}
