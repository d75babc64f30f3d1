package dev.prefstream.runtime.kafka;

import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.List;

/** Options that say where Kafka and the schema registry are, and how topics are laid out. */
public final class KafkaOptions {

  public static final Option<List<String>> BOOTSTRAP_SERVERS =
      Option.list(
          "kafka.bootstrap-servers",
          "127.0.0.1:9092",
          "Brokers to ask first, as host:port; two or three of a cluster are enough.");

  public static final Option<String> REGISTRY_URL =
      Option.text(
          "schema-registry.url",
          "http://127.0.0.1:8081",
          "Schema registry that answers Confluent's REST calls.");

  public static final Option<String> TOPIC_PREFIX =
      Option.optionalText(
          "topics.prefix",
          "prefstream.",
          "Put before every topic name, consumer group and transactional id; one prefix for each installation on a cluster.");

  public static final Option<Integer> FLOW_PARTITIONS =
      Option.integer(
          "topics.partitions",
          6,
          1,
          1024,
          "Partitions of the flow topics when they are created: the upper bound of parallel instances. Cannot be changed later.");

  public static final Option<Integer> REPLICATION =
      Option.integer(
          "topics.replication-factor",
          3,
          1,
          15,
          "Copies of each partition when topics are created; 1 on a single broker loses data with its disk.");

  public static final Option<Duration> COMMIT_INTERVAL =
      Option.duration(
          "kafka.commit-interval",
          "20ms",
          "1ms",
          "1m",
          "How often intake and scoring commit a transaction: shorter is faster to the reader, longer moves more records.");

  public static final Option<Duration> LATER_COMMIT_INTERVAL =
      Option.duration(
          "kafka.later-commit-interval",
          "500ms",
          "1ms",
          "1m",
          "How often decision, oversight and drift, for which no routing waits, commit a transaction: shorter is faster to the reader of answers, escalations, the log and reports, and takes the machine's time from the tickets.");

  public static final Option<Duration> TRANSACTION_TIMEOUT =
      Option.duration(
          "kafka.transaction-timeout",
          "60s",
          "1s",
          "15m",
          "After this long the broker aborts a transaction whose owner died; readers wait that long at most.");

  public static final Option<String> INSTANCE_ID =
      Option.optionalText(
          "instance.id",
          "",
          "Name of this instance, unique in the installation and the same after a restart: it then rejoins its group at once, without a rebalance, and ends the transaction it was killed in. Empty: a new name at each start; after a kill its partitions wait for the session's end, and readers for kafka.transaction-timeout at most.");

  private KafkaOptions() {}

  public static List<Option<?>> all() {
    return List.of(
        BOOTSTRAP_SERVERS,
        REGISTRY_URL,
        TOPIC_PREFIX,
        FLOW_PARTITIONS,
        REPLICATION,
        COMMIT_INTERVAL,
        LATER_COMMIT_INTERVAL,
        TRANSACTION_TIMEOUT,
        INSTANCE_ID);
  }
}
