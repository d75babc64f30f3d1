package dev.prefstream.cli.publish;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** One line on a terminal that is written over: share done, rate, time left. Else silent. */
final class ConsoleProgress implements Publisher.Progress {

  private static final long REDRAW_NANOS = Duration.ofMillis(200).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private final long began = System.nanoTime();
  private long drawn = began;

  ConsoleProgress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public void at(PublishCounts counts, long bytesRead, long bytesInAll) {
    long now = System.nanoTime();
    if (!terminal || now - drawn < REDRAW_NANOS) {
      return;
    }
    drawn = now;
    double seconds = (now - began) / 1e9;
    double done = bytesInAll > 0 ? (double) bytesRead / bytesInAll : Double.NaN;
    String left =
        done > 0 && done <= 1
            ? String.format(
                Locale.ROOT, "%3.0f %%, %.0f s left", 100 * done, seconds * (1 - done) / done)
            : "";
    err.printf(
        Locale.ROOT,
        "\r\033[K%,d lines, %,.0f a second, %,d dead-lettered %s",
        counts.lines(),
        counts.lines() / seconds,
        counts.deadLettered(),
        left);
    if (done >= 1) {
      err.print("\r\033[K");
    }
    err.flush();
  }
}
