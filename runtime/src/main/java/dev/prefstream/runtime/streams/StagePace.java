package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.KafkaOptions;
import java.time.Duration;

/** How often a stage commits, which is when others see what it wrote. */
public enum StagePace {
  /** For stages that every ticket passes on its way to a decision. */
  TICKETS(KafkaOptions.COMMIT_INTERVAL, 0, 1),

  /**
   * For stages that watch, for which no ticket waits. A commit costs a marker on each partition
   * that it touched, and 50 of them a second for each stage are a good part of a small machine. So
   * is a fetch for every handful of records: the broker holds an answer back until it is worth one,
   * or for as long as the stage takes to commit.
   */
  WATCHING(KafkaOptions.WATCH_COMMIT_INTERVAL, 16L << 20, 256 << 10);

  private final Option<Duration> commitInterval;
  private final long storeCacheBytes;
  private final int fetchBytes;

  StagePace(Option<Duration> commitInterval, long storeCacheBytes, int fetchBytes) {
    this.commitInterval = commitInterval;
    this.storeCacheBytes = storeCacheBytes;
    this.fetchBytes = fetchBytes;
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

  /**
   * Bytes of input that the broker waits for before it answers a fetch, for half a second at most.
   */
  int fetchBytes() {
    return fetchBytes;
  }
}
