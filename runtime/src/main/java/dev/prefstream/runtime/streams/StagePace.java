package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.KafkaOptions;
import java.time.Duration;
import java.util.OptionalInt;

/** How often a stage commits, which is when others see what it wrote. */
public enum StagePace {
  /** For stages that every ticket passes on its way to a routing decision. */
  TICKETS(KafkaOptions.COMMIT_INTERVAL, 0, OptionalInt.empty()),

  /**
   * For stages that come after it, for which no routing waits. A commit costs a marker on each
   * partition that it touched, and 50 of them a second for each stage are a good part of a small
   * machine. So is a fetch for every few records.
   */
  AFTERWARDS(KafkaOptions.LATER_COMMIT_INTERVAL, 16L << 20, OptionalInt.of(256 << 10));

  private static final int WAITS_IN_AN_INTERVAL = 4;
  private static final long LONGEST_WAIT_MILLIS = 100;

  private final Option<Duration> interval;
  private final long storeCacheBytes;
  private final OptionalInt leastFetchBytes;

  StagePace(Option<Duration> interval, long storeCacheBytes, OptionalInt leastFetchBytes) {
    this.interval = interval;
    this.storeCacheBytes = storeCacheBytes;
    this.leastFetchBytes = leastFetchBytes;
  }

  /** Longest time from one commit to the next while records come, in ms. */
  long commitMillis(Configuration configuration) {
    return configuration.get(interval).toMillis();
  }

  /**
   * How long a stage with an open transaction waits for records at a time. A stream thread that
   * waits commits nothing: the last record of a burst would wait for a commit that is due until the
   * wait is over.
   */
  public Duration waitWhileOpen(Configuration configuration) {
    long millis = commitMillis(configuration) / WAITS_IN_AN_INTERVAL;
    return Duration.ofMillis(Math.max(1, Math.min(LONGEST_WAIT_MILLIS, millis)));
  }

  /**
   * Bytes in which changes of stores that allow it wait for the commit, so that a value changed
   * many times is written once.
   */
  long storeCacheBytes() {
    return storeCacheBytes;
  }

  /** Bytes for which a fetch waits, half a commit interval at most; empty where it never waits. */
  OptionalInt leastFetchBytes() {
    return leastFetchBytes;
  }
}
