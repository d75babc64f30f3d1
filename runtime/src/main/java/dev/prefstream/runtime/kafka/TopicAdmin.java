package dev.prefstream.runtime.kafka;

import static java.util.Objects.requireNonNull;

import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the catalogue's topics on a cluster and says how they differ from it. */
public final class TopicAdmin {

  /** A broker hears of a new topic a moment after the controller has made it. */
  private static final RetryPolicy<Boolean> UNTIL_KNOWN =
      RetryPolicy.<Boolean>builder()
          .handleResult(false)
          .withDelay(Duration.ofMillis(20))
          .withMaxRetries(-1)
          .withMaxDuration(Duration.ofSeconds(15))
          .build();

  private final Admin admin;
  private final Installation installation;
  private final int flowPartitions;
  private final short replication;

  /**
   * @param admin stays the caller's to close
   * @param flowPartitions partitions of flow topics, at least 1
   * @param replication copies of each partition, at most the number of brokers
   */
  public TopicAdmin(Admin admin, Installation installation, int flowPartitions, int replication) {
    this.admin = admin;
    this.installation = installation;
    this.flowPartitions = flowPartitions;
    this.replication = (short) replication;
  }

  /** What became of one topic. */
  public enum Outcome {
    CREATED,
    EXISTS
  }

  /**
   * Creates what is missing and leaves what is there as it is. Blocks until the brokers list all of
   * them and the leaders of the new ones serve, so that who comes next finds them: an idempotent
   * producer that sends to a leader that is not one yet may lose its place in the sequence.
   */
  public Map<Topic<?>, Outcome> create() {
    Map<Topic<?>, Outcome> outcomes = create(new CreateTopicsOptions());
    if (!Failsafe.with(UNTIL_KNOWN).get(this::allListed)) {
      throw new KafkaException(
          "the topics are created but no broker lists them all after %d s"
              .formatted(UNTIL_KNOWN.getConfig().getMaxDuration().toSeconds()));
    }
    Map<TopicPartition, OffsetSpec> ends = endsOfNew(outcomes);
    if (!Failsafe.with(UNTIL_KNOWN).get(() -> allLed(ends))) {
      throw new KafkaException(
          "the topics are created but not all have a leader that serves after %d s"
              .formatted(UNTIL_KNOWN.getConfig().getMaxDuration().toSeconds()));
    }
    return outcomes;
  }

  private Map<TopicPartition, OffsetSpec> endsOfNew(Map<Topic<?>, Outcome> outcomes) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    outcomes.forEach(
        (topic, outcome) -> {
          if (outcome == Outcome.CREATED) {
            for (int partition = 0; partition < topic.partitions(flowPartitions); partition++) {
              ends.put(
                  new TopicPartition(installation.name(topic), partition), OffsetSpec.latest());
            }
          }
        });
    return ends;
  }

  /** A leader that says where its log ends serves. */
  private boolean allLed(Map<TopicPartition, OffsetSpec> ends) throws Exception {
    try {
      admin.listOffsets(ends).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }

  private boolean allListed() throws Exception {
    List<String> names = Topics.all().stream().map(installation::name).toList();
    return admin.listTopics().names().get().containsAll(names);
  }

  /** What {@link #create} would do: the brokers check everything and create nothing. */
  public Map<Topic<?>, Outcome> tryCreate() {
    return create(new CreateTopicsOptions().validateOnly(true));
  }

  private Map<Topic<?>, Outcome> create(CreateTopicsOptions options) {
    Map<Topic<?>, Outcome> outcomes = new LinkedHashMap<>();
    var results =
        admin.createTopics(Topics.all().stream().map(this::wanted).toList(), options).values();
    for (Topic<?> topic : Topics.all()) {
      try {
        requireNonNull(results.get(installation.name(topic))).get();
        outcomes.put(topic, Outcome.CREATED);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new KafkaException("cannot create " + installation.name(topic), e.getCause());
        }
        outcomes.put(topic, Outcome.EXISTS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted while creating topics", e);
      }
    }
    return outcomes;
  }

  /** How the cluster differs from the catalogue, one sentence each; empty when it does not. */
  public List<String> differences() {
    List<String> differences = new ArrayList<>();
    List<String> names = Topics.all().stream().map(installation::name).toList();
    var described = admin.describeTopics(names).topicNameValues();
    for (Topic<?> topic : Topics.all()) {
      String name = installation.name(topic);
      try {
        TopicDescription found = requireNonNull(described.get(name)).get();
        int partitions = found.partitions().size();
        int expected = topic.partitions(flowPartitions);
        if (partitions != expected) {
          differences.add(
              "%s has %d partitions, expected %d".formatted(name, partitions, expected));
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw new KafkaException("cannot describe " + name, e.getCause());
        }
        differences.add(name + " does not exist: run `prefstream topics create`");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted while describing topics", e);
      }
    }
    return differences;
  }

  private NewTopic wanted(Topic<?> topic) {
    return new NewTopic(installation.name(topic), topic.partitions(flowPartitions), replication)
        .configs(creation(topic, replication));
  }

  static Map<String, String> creation(Topic<?> topic, int replication) {
    Map<String, String> config = config(topic);
    config.putAll(durability(replication));
    return config;
  }

  /**
   * Configuration of topics that have so many copies: with three or more, one broker may be away
   * and none holds alone what is acknowledged.
   */
  public static Map<String, String> durability(int replication) {
    return replication > 2 ? Map.of(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2") : Map.of();
  }

  /** What a topic is created with, by Kafka's names. */
  public static Map<String, String> config(Topic<?> topic) {
    Map<String, String> config = new TreeMap<>();
    config.put(TopicConfig.CLEANUP_POLICY_CONFIG, topic.cleanup().policy());
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(topic.maxMessageBytes()));
    if (topic.cleanup() == Topic.Cleanup.DELETE) {
      config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(topic.retention().toMillis()));
    }
    return config;
  }
}
