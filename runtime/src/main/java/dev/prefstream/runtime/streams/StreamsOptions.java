package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.List;

/** Options that all Kafka Streams stages share. */
public final class StreamsOptions {

  public static final Option<Integer> THREADS =
      Option.integer(
          "streams.threads",
          1,
          1,
          256,
          "Stream threads of each stage in this process; more than partitions stay idle.");

  public static final Option<String> STATE_DIR =
      Option.text(
          "streams.state-dir",
          "prefstream-data/streams",
          "Folder for state stores; rebuilt from changelogs when lost, which takes time.");

  public static final Option<Integer> STANDBY_REPLICAS =
      Option.integer(
          "streams.standby-replicas",
          0,
          0,
          10,
          "Warm copies of each state store on other instances; a failover then skips the rebuild.");

  public static final Option<Long> STORE_MEMORY =
      Option.bytes(
          "streams.store-memory",
          "128MiB",
          "8MiB",
          "1024GiB",
          "Memory outside the Java heap that all state stores of the process share; more reads less from disk.");

  public static final Option<Duration> CLOCK_TOLERANCE =
      Option.duration(
          "streams.clock-tolerance",
          "5m",
          "0s",
          "30d",
          "How far a record's time may differ from this machine's clock before it counts as skewed; stream time runs at most so far ahead, so that one record from the future ends waiting and retention early by no more than that.");

  private StreamsOptions() {}

  public static List<Option<?>> all() {
    return List.of(THREADS, STATE_DIR, STANDBY_REPLICAS, STORE_MEMORY, CLOCK_TOLERANCE);
  }
}
