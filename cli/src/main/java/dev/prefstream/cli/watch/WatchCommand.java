package dev.prefstream.cli.watch;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Values;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream watch}: prints a topic's records as they come. */
@Command(
    name = "watch",
    header = "Print a topic's records, decoded, one JSON a line.",
    description = {
      "Reads what is committed, from now on or from the beginning, in no consumer group, until it is stopped.",
      "Records that cannot be decoded are named on standard error; the rest goes on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream watch routing-urgent",
      "  prefstream watch dead-letters --from-beginning --timeout 5s",
      "  prefstream watch decision-log --from-beginning --max-messages 10 --with-metadata | jq .value.reasons"
    })
public final class WatchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      paramLabel = "TOPIC",
      description = "A topic of the catalogue, with or without the installation's prefix.")
  private String name;

  @Option(names = "--from-beginning", description = "Starts with the oldest record.")
  private boolean fromBeginning;

  @Option(names = "--max-messages", paramLabel = "N", description = "Ends after so many records.")
  private long maxMessages = Long.MAX_VALUE;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "Ends when no record came for so long, such as 5s or 1m.",
      converter = DurationConverter.class)
  private @Nullable Duration timeout;

  @Option(
      names = "--with-metadata",
      description = "Prints key, partition, offset, timestamp and headers around the value.")
  private boolean withMetadata;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  WatchCommand() {}

  @Override
  public Integer call() {
    if (maxMessages < 1) {
      throw wrong("--max-messages must be at least 1");
    }
    Configuration configuration = configurationArguments.load();
    Installation installation = Installation.of(configuration);
    Topic<?> topic = topic(installation);
    Cluster.require(configuration, installation, List.of(topic));
    TopicTail<?> tail =
        new TopicTail<>(
            installation,
            topic,
            withMetadata,
            spec.commandLine().getOut(),
            spec.commandLine().getErr());
    long undecodable = tail.print(fromBeginning, maxMessages, timeout);
    return undecodable == 0 ? ExitCode.OK : ExitCode.REFUSED;
  }

  private Topic<?> topic(Installation installation) {
    return Topics.all().stream()
        .filter(topic -> topic.name().equals(name) || installation.name(topic).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "there is no topic '%s' in the catalogue: %s"
                        .formatted(
                            name,
                            Topics.all().stream()
                                .map(Topic::name)
                                .collect(Collectors.joining(", ")))));
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /** A duration as in configurations. */
  static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
      try {
        return Values.duration(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException("'" + text + "': " + e.getMessage());
      }
    }
  }
}
