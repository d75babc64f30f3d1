package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.KafkaOptions;
import java.time.Duration;
import java.util.OptionalInt;

/** How often a stage commits, which is when others see what it wrote. */
public enum StagePace {
  /** For stages that every ticket passes on its way to a decision. */
  TICKETS(KafkaOptions.COMMIT_INTERVAL, 1, 1, 0, 4, 0, OptionalInt.empty()),

  /**
   * For a stage on that way whose input comes in bursts, one for each transaction of the stage
   * before it, and whose processors commit when a burst is over ({@link CommitWhenQuiet}). The
   * interval only bounds how long that takes while burst follows burst.
   */
  BURSTS(KafkaOptions.COMMIT_INTERVAL, 5, 25, 12, 10, 0, OptionalInt.empty()),

  /**
   * For stages that watch, for which no ticket waits. A commit costs a marker on each partition
   * that it touched, and 50 of them a second for each stage are a good part of a small machine. So
   * is a fetch for every few records.
   */
  WATCHING(KafkaOptions.WATCH_COMMIT_INTERVAL, 1, 1, 0, 4, 16L << 20, OptionalInt.of(256 << 10));

  private static final long LONGEST_WAIT_MILLIS = 100;

  private final Option<Duration> interval;
  private final int intervals;
  private final int clock;
  private final int lateIntervals;
  private final int polls;
  private final long storeCacheBytes;
  private final OptionalInt leastFetchBytes;

  StagePace(
      Option<Duration> interval,
      int intervals,
      int clock,
      int lateIntervals,
      int polls,
      long storeCacheBytes,
      OptionalInt leastFetchBytes) {
    this.interval = interval;
    this.intervals = intervals;
    this.clock = clock;
    this.lateIntervals = lateIntervals;
    this.polls = polls;
    this.storeCacheBytes = storeCacheBytes;
    this.leastFetchBytes = leastFetchBytes;
  }

  /** Longest time from one commit to the next while records come, in ms. */
  public long commitMillis(Configuration configuration) {
    return intervals * configuration.get(interval).toMillis();
  }

  /**
   * How often Streams commits by its own clock, in ms. Where processors ask for commits themselves
   * it is for what none of them speaks of: it knows nothing of bursts and cuts them in two.
   */
  long clockMillis(Configuration configuration) {
    return clock * configuration.get(interval).toMillis();
  }

  /**
   * The longest that the commit of late records may wait for more, in ms; 0 where Streams' clock
   * alone commits.
   */
  long patienceMillis(Configuration configuration) {
    return lateIntervals * configuration.get(interval).toMillis();
  }

  /**
   * How long a stage with an open transaction waits for records at a time. A stream thread that
   * waits commits nothing: the last record of a burst would wait for a commit that is due until the
   * wait is over.
   */
  public Duration waitWhileOpen(Configuration configuration) {
    long millis = configuration.get(interval).toMillis() / polls;
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
