package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.KafkaOptions;
import java.time.Duration;
import java.util.OptionalInt;

/** How often a stage commits, which is when others see what it wrote. */
public enum StagePace {
  /** For stages that every ticket passes on its way to a decision. */
  TICKETS(KafkaOptions.COMMIT_INTERVAL, 0, OptionalInt.empty()),

  /**
   * For stages that watch, for which no ticket waits. A commit costs a marker on each partition
   * that it touched, and 50 of them a second for each stage are a good part of a small machine. So
   * is a fetch for every few records.
   */
  WATCHING(KafkaOptions.WATCH_COMMIT_INTERVAL, 16L << 20, OptionalInt.of(256 << 10));

  private final Option<Duration> commitInterval;
  private final long storeCacheBytes;
  private final OptionalInt leastFetchBytes;

  StagePace(Option<Duration> commitInterval, long storeCacheBytes, OptionalInt leastFetchBytes) {
    this.commitInterval = commitInterval;
    this.storeCacheBytes = storeCacheBytes;
    this.leastFetchBytes = leastFetchBytes;
  }

  Option<Duration> commitInterval() {
    return commitInterval;
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
