package dev.prefstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Shapes of the batches a stage gave its device, so that a bare device can be given the same. */
final class Shapes {

  private static final int MOST = 20_000;

  /** Rows and the length each is padded to. */
  record Shape(int rows, int paddedLength) {}

  private final List<Shape> shapes = new ArrayList<>();
  private long rows;
  private long tokens;
  private long paddedTokens;
  private long nanos;
  private long batches;

  synchronized void add(int batchRows, int paddedLength, long realTokens, long tookNanos) {
    if (shapes.size() < MOST) {
      shapes.add(new Shape(batchRows, paddedLength));
    }
    rows += batchRows;
    tokens += realTokens;
    paddedTokens += (long) batchRows * paddedLength;
    nanos += tookNanos;
    batches++;
  }

  /** Forgets everything: what follows is another load. */
  synchronized void clear() {
    shapes.clear();
    rows = 0;
    tokens = 0;
    paddedTokens = 0;
    nanos = 0;
    batches = 0;
  }

  /** The first of them, at most 20,000. */
  synchronized List<Shape> list() {
    return List.copyOf(shapes);
  }

  /** Leaves the shapes for another arm's process. */
  void save(Path file) throws IOException {
    Files.write(file, list().stream().map(shape -> shape.rows + " " + shape.paddedLength).toList());
  }

  /** What {@link #save} left; nothing where it left nothing. */
  static List<Shape> load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Shape> shapes = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      int space = line.indexOf(' ');
      shapes.add(
          new Shape(
              Integer.parseInt(line.substring(0, space)),
              Integer.parseInt(line.substring(space + 1))));
    }
    return shapes;
  }

  synchronized long rows() {
    return rows;
  }

  /** Real over padded tokens; NaN before the first batch. */
  synchronized double efficiency() {
    return (double) tokens / paddedTokens;
  }

  synchronized double meanRows() {
    return (double) rows / batches;
  }

  /** Mean time of a device call in milliseconds; NaN before the first. */
  synchronized double meanMillis() {
    return nanos / 1e6 / batches;
  }

  synchronized long tokens() {
    return tokens;
  }

  /** Time in device calls, all sessions added up, in seconds. */
  synchronized double deviceSeconds() {
    return nanos / 1e9;
  }
}
