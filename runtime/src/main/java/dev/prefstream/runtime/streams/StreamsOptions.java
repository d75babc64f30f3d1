package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.config.Option;
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

  private StreamsOptions() {}

  public static List<Option<?>> all() {
    return List.of(THREADS, STATE_DIR, STANDBY_REPLICAS, STORE_MEMORY);
  }
}
