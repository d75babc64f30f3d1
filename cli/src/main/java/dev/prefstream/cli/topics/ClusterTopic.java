package dev.prefstream.cli.topics;

import dev.prefstream.cli.Units;
import dev.prefstream.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic's settings, as they are on a cluster or as the catalogue wants them.
 *
 * @param retention how long records stay; empty text when compacted
 */
record ClusterTopic(int partitions, int copies, String cleanup, String retention, long largest) {

  static ClusterTopic wanted(Topic<?> topic, int flowPartitions, int copies) {
    return new ClusterTopic(
        topic.partitions(flowPartitions),
        copies,
        topic.cleanup().policy(),
        topic.cleanup() == Topic.Cleanup.COMPACT ? "" : Units.duration(topic.retention()),
        topic.maxMessageBytes());
  }

  static ClusterTopic found(TopicDescription description, Config config) {
    String cleanup = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
    long retention = Long.parseLong(value(config, TopicConfig.RETENTION_MS_CONFIG));
    return new ClusterTopic(
        description.partitions().size(),
        description.partitions().get(0).replicas().size(),
        cleanup,
        cleanup.equals(Topic.Cleanup.COMPACT.policy())
            ? ""
            : retention < 0 ? "for ever" : Units.duration(Duration.ofMillis(retention)),
        Long.parseLong(value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)));
  }

  /** How this differs from what is wanted, one phrase each. */
  List<String> differencesFrom(ClusterTopic wanted) {
    List<String> differences = new ArrayList<>();
    compare("partitions", partitions, wanted.partitions, differences);
    compare("copies", copies, wanted.copies, differences);
    compare("cleanup", cleanup, wanted.cleanup, differences);
    compare("retention", retention, wanted.retention, differences);
    compare("largest record", Units.bytes(largest), Units.bytes(wanted.largest), differences);
    return differences;
  }

  private static void compare(String what, Object found, Object wanted, List<String> differences) {
    if (!found.equals(wanted)) {
      differences.add("%s %s, expected %s".formatted(what, found, wanted));
    }
  }

  private static String value(Config config, String key) {
    ConfigEntry entry = config.get(key);
    if (entry == null || entry.value() == null) {
      throw new IllegalStateException("the broker does not tell the topic's " + key);
    }
    return entry.value();
  }
}
