package dev.prefstream.cli.publish;

import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.List;

/** Options of publishing files. */
public final class PublishOptions {

  public static final Option<Duration> COMMIT_INTERVAL =
      Option.duration(
          "publish.commit-interval",
          "50ms",
          "1ms",
          "5s",
          "How often lines are committed: readers see them that much later, and shorter costs throughput.");

  public static final Option<Long> LARGEST_LINE =
      Option.bytes(
          "publish.max-line",
          "16MiB",
          "1KiB",
          "64MiB",
          "A longer line becomes a dead letter with its beginning and its SHA-256; this much memory is held for one line.");

  public static final Option<Double> RATE =
      Option.decimal(
          "publish.rate",
          0,
          0,
          10_000_000,
          "Lines a second at most, evenly spread; 0 publishes as fast as the broker takes them.");

  private PublishOptions() {}

  public static List<Option<?>> all() {
    return List.of(COMMIT_INTERVAL, LARGEST_LINE, RATE);
  }
}
