package dev.prefstream.cli.topics;

import static java.util.Objects.requireNonNull;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.cli.Units;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code prefstream topics describe}: the catalogue against what is on the cluster. */
@Command(
    name = "describe",
    header = "Show the topics and how they differ from the catalogue.",
    description =
        "Shows what is on the cluster; what is missing or differs is said in the last column.",
    footerHeading = "%nExample:%n",
    footer = "  prefstream topics describe --bootstrap-server kafka:9092")
final class DescribeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  DescribeCommand() {}

  @Override
  public Integer call() {
    Configuration configuration = configurationArguments.load();
    Installation installation = Installation.of(configuration);
    Cluster.requireBroker(installation);
    Map<String, ClusterTopic> found = found(installation);
    TextTable table =
        new TextTable(
            "TOPIC", "PARTITIONS", "COPIES", "CLEANUP", "RETENTION", "LARGEST", "RECORDS", "STATE");
    boolean missing = false;
    for (Topic<?> topic : Topics.all()) {
      ClusterTopic wanted =
          ClusterTopic.wanted(
              topic,
              configuration.get(KafkaOptions.FLOW_PARTITIONS),
              configuration.get(KafkaOptions.REPLICATION));
      ClusterTopic present = found.get(installation.name(topic));
      missing |= present == null;
      ClusterTopic shown = present == null ? wanted : present;
      List<String> differences =
          present == null ? List.of("missing") : present.differencesFrom(wanted);
      table.row(
          installation.name(topic),
          Integer.toString(shown.partitions()),
          Integer.toString(shown.copies()),
          shown.cleanup(),
          shown.retention(),
          Units.bytes(shown.largest()),
          topic.value().getSimpleName() + " by " + topic.key(),
          differences.isEmpty() ? "ok" : String.join("; ", differences));
    }
    spec.commandLine().getOut().print(table);
    spec.commandLine().getOut().flush();
    if (missing) {
      spec.commandLine().getErr().println("To create what is missing: prefstream topics create");
    }
    return ExitCode.OK;
  }

  private static Map<String, ClusterTopic> found(Installation installation) {
    try (Admin admin = Admin.create(installation.clientConfig())) {
      Set<String> wanted =
          Topics.all().stream().map(installation::name).collect(Collectors.toSet());
      wanted.retainAll(admin.listTopics().names().get());
      Map<String, TopicDescription> descriptions =
          admin.describeTopics(wanted).allTopicNames().get();
      Map<String, ConfigResource> resources =
          wanted.stream()
              .collect(
                  Collectors.toMap(
                      Function.identity(),
                      name -> new ConfigResource(ConfigResource.Type.TOPIC, name)));
      Map<ConfigResource, Config> configs = admin.describeConfigs(resources.values()).all().get();
      Map<String, ClusterTopic> found = new HashMap<>();
      resources.forEach(
          (name, resource) ->
              found.put(
                  name,
                  ClusterTopic.found(
                      requireNonNull(descriptions.get(name)),
                      requireNonNull(configs.get(resource)))));
      return found;
    } catch (ExecutionException e) {
      throw new KafkaException("cannot describe topics", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while describing topics", e);
    }
  }
}
