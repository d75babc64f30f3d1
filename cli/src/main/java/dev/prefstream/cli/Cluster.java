package dev.prefstream.cli;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Connection;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.schemas.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** What a command makes sure of before it starts to work on a cluster. */
public final class Cluster {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Cluster() {}

  /**
   * Makes sure that the broker answers.
   *
   * @throws Connection.UnreachableException when it does not
   */
  public static void requireBroker(Installation installation) {
    Connection.checkBroker(installation.clientConfig(), PATIENCE);
  }

  /**
   * Makes sure that the broker and the registry answer and that the topics exist.
   *
   * @throws Connection.UnreachableException when one does not answer
   * @throws CommandFailure when topics are missing
   */
  public static void require(
      Configuration configuration,
      Installation installation,
      Collection<? extends Topic<?>> topics) {
    requireBroker(installation);
    Connection.checkRegistry(configuration.get(KafkaOptions.REGISTRY_URL), PATIENCE);
    Set<String> present = topicNames(installation);
    String missing =
        topics.stream()
            .map(installation::name)
            .filter(name -> !present.contains(name))
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "the cluster has no topic %s: run `prefstream topics create` first, or set %s to the prefix of an installation that is there"
              .formatted(missing, KafkaOptions.TOPIC_PREFIX.key()));
    }
  }

  private static Set<String> topicNames(Installation installation) {
    try (Admin admin = Admin.create(installation.clientConfig())) {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot list topics", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while listing topics", e);
    }
  }
}
