package dev.prefstream.cli.topics;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.schemas.Topic;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prefstream topics create}: makes what is missing, leaves what is there. */
@Command(
    name = "create",
    header = "Create the topics that are missing.",
    description = {
      "Topics that exist stay as they are, whatever their settings: see `topics describe`.",
      "Partitions and copies come from topics.partitions and topics.replication-factor."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream topics create --dry-run",
      "  prefstream topics create --set topics.replication-factor=1   # a single broker"
    })
final class CreateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Option(
      names = "--dry-run",
      description = "Asks the brokers whether they would, and creates nothing.")
  private boolean dryRun;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  CreateCommand() {}

  @Override
  public Integer call() {
    Configuration configuration = configurationArguments.load();
    Installation installation = Installation.of(configuration);
    Cluster.requireBroker(installation);
    int partitions = configuration.get(KafkaOptions.FLOW_PARTITIONS);
    int replication = configuration.get(KafkaOptions.REPLICATION);
    Map<Topic<?>, TopicAdmin.Outcome> outcomes;
    try (Admin admin = Admin.create(installation.clientConfig())) {
      TopicAdmin topics = new TopicAdmin(admin, installation, partitions, replication);
      outcomes = dryRun ? topics.tryCreate() : topics.create();
    } catch (KafkaException e) {
      throw refused(e);
    }
    TextTable table = new TextTable("TOPIC", "PARTITIONS", "COPIES", dryRun ? "WOULD BE" : "");
    outcomes.forEach(
        (topic, outcome) ->
            table.row(
                installation.name(topic),
                Integer.toString(topic.partitions(partitions)),
                Integer.toString(replication),
                outcome == TopicAdmin.Outcome.EXISTS
                    ? "there already"
                    : outcome.name().toLowerCase(Locale.ROOT)));
    spec.commandLine().getOut().print(table);
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private static KafkaException refused(KafkaException e) {
    if (e.getCause() instanceof InvalidReplicationFactorException cause) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "%s: %s Start more brokers, or set %s to their number"
              .formatted(e.getMessage(), cause.getMessage(), KafkaOptions.REPLICATION.key()),
          e);
    }
    return e;
  }
}
