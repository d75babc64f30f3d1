package dev.prefstream.cli.evaluate;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A set of line numbers, kept as ranges: many in a row take the room of one. */
final class LineNumbers {

  /** First and last line of each range; between two there is a line that is not in the set. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  private long size;

  void add(long line) {
    Map.Entry<Long, Long> before = ranges.floorEntry(line);
    if (before != null && before.getValue() >= line) {
      return;
    }
    long first = before != null && before.getValue() == line - 1 ? before.getKey() : line;
    Long after = ranges.remove(line + 1);
    ranges.put(first, after == null ? line : after);
    size++;
  }

  long size() {
    return size;
  }

  /** In order. */
  LongStream stream() {
    return ranges.entrySet().stream()
        .flatMapToLong(range -> LongStream.rangeClosed(range.getKey(), range.getValue()));
  }

  /** In order, such as {@code lines 3-7, 12} or {@code line 12}. */
  @Override
  public String toString() {
    return (size == 1 ? "line " : "lines ")
        + ranges.entrySet().stream()
            .map(
                range ->
                    range.getKey().equals(range.getValue())
                        ? range.getKey().toString()
                        : range.getKey() + "-" + range.getValue())
            .collect(Collectors.joining(", "));
  }
}
