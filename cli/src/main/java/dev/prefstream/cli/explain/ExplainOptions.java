package dev.prefstream.cli.explain;

import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.List;

/** What explanations may cost. */
public final class ExplainOptions {

  public static final Option<Integer> OCCLUSIONS =
      Option.integer(
          "explain.max-occlusions",
          256,
          8,
          10_000,
          "Most variants of a text scored for one explanation; more look into more sentences and words.");

  public static final Option<Duration> TIME_LIMIT =
      Option.duration(
          "explain.time-limit",
          "5s",
          "10ms",
          "10m",
          "No further batch is scored for an explanation after this; what is known by then is told, and that it is not all. A ticket is looked for as long, too.");

  public static final Option<Integer> CACHE_ENTRIES =
      Option.integer(
          "explain.cache-entries",
          256,
          0,
          100_000,
          "Explanations kept in memory, the last used ones; they hold what customers wrote.");

  public static final Option<Long> MAX_BODY =
      Option.bytes(
          "explain.max-body",
          "256KiB",
          "1KiB",
          "4MiB",
          "Largest request taken by POST /explain; a larger one is refused with 413.");

  private ExplainOptions() {}

  public static List<Option<?>> all() {
    return List.of(OCCLUSIONS, TIME_LIMIT, CACHE_ENTRIES, MAX_BODY);
  }
}
