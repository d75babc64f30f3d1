package dev.prefstream.schemas;

import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic of the catalogue. Keys are UTF-8 strings; values are Avro in Confluent wire format.
 *
 * @param role whom it is for
 * @param name name without the installation's prefix
 * @param key what the key is, in words
 * @param value record class of the value
 * @param spread how many partitions it has
 * @param cleanup how old records leave it
 * @param retention how long records stay at least; ignored when compacted
 * @param maxMessageBytes largest record the topic takes, in bytes
 * @param purpose why it exists, one sentence
 * @param <V> record class of the value
 */
public record Topic<V extends SpecificRecord>(
    Role role,
    String name,
    String key,
    Class<V> value,
    Spread spread,
    Cleanup cleanup,
    Duration retention,
    int maxMessageBytes,
    String purpose) {

  /** Whom a topic is for. */
  public enum Role {
    /** Users publish to it. */
    INPUT,
    /** From one stage to another; it may change from one version to the next. */
    INTERNAL,
    /** Users subscribe to it, and stages may too. */
    OUTPUT
  }

  /** How a topic is partitioned. Topics that are joined must all be {@link #FLOW}. */
  public enum Spread {
    /** As many partitions as the installation sets with {@code topics.partitions}. */
    FLOW,
    /** One partition: little traffic, and order over all keys matters to readers. */
    SINGLE
  }

  /** How old records leave a topic. */
  public enum Cleanup {
    /** Deleted after the retention time. */
    DELETE("delete"),
    /** The last record of each key stays for ever. */
    COMPACT("compact");

    private final String policy;

    Cleanup(String policy) {
      this.policy = policy;
    }

    /** The value of {@code cleanup.policy}. */
    public String policy() {
      return policy;
    }
  }

  /** Number of partitions in an installation whose flow topics have {@code flowPartitions}. */
  public int partitions(int flowPartitions) {
    return spread == Spread.FLOW ? flowPartitions : 1;
  }
}
