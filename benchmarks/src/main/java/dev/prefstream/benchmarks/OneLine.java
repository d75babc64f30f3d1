package dev.prefstream.benchmarks;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A failure in one line, with what caused it. */
final class OneLine {

  private static final int MOST = 600;

  private OneLine() {}

  static String of(Throwable failure) {
    StringJoiner line = new StringJoiner(" <- ");
    @Nullable Throwable next = failure;
    for (int depth = 0; next != null && depth < 5; depth++, next = next.getCause()) {
      line.add(String.valueOf(next).replaceAll("\\s+", " "));
    }
    return line.length() > MOST ? line.toString().substring(0, MOST) + " ..." : line.toString();
  }
}
