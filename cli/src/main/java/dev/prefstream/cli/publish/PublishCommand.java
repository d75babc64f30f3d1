package dev.prefstream.cli.publish;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.StopSignal;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream publish}: a file to its topic. */
@Command(
    name = "publish",
    header = "Publish a file of tickets, responses, settings or labels.",
    description = {
      "Reads one JSON object a line, plain or gzip. A line that cannot be a record becomes a dead letter"
          + " with its reason; the rest goes on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream publish tickets tickets.jsonl.gz",
      "  prefstream publish settings settings.jsonl --set topics.prefix=staging.",
      "  zcat labels.gz | prefstream publish labels -",
      "  prefstream publish tickets big.jsonl --resume   # after an interruption"
    })
public final class PublishCommand implements Callable<Integer> {

  /** To commit what was sent takes milliseconds; a read that waits for input is not waited for. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "What the file holds: tickets, responses, settings or labels.")
  private String kind;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "JSON lines, plain or gzip; - for standard input.")
  private String file;

  @Option(
      names = "--resume",
      description =
          "Leaves out the lines that an earlier run of the same file published. Reads the topic from its beginning first.")
  private boolean resume;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  PublishCommand() {}

  @Override
  public Integer call() {
    Input<?> input =
        Input.all().stream()
            .filter(known -> known.word().equals(kind))
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandLine.ParameterException(
                        spec.commandLine(),
                        "'%s' is none of tickets, responses, settings, labels".formatted(kind)));
    Configuration configuration = configurationArguments.load();
    Installation installation = Installation.of(configuration);
    Source source = source();
    Cluster.require(configuration, installation, List.of(input.topic(), Topics.DEAD_LETTERS));
    PrintWriter err = spec.commandLine().getErr();
    long began = System.nanoTime();
    PublishCounts counts;
    try (StopSignal stop = new StopSignal(STOP_LIMIT)) {
      counts =
          new Publisher(installation, configuration, Clock.systemUTC(), stop::requested)
              .publish(input, source, resume, new ConsoleProgress(err, System.console() != null));
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %,d lines, %,d published to %s, %,d dead-lettered, %,d skipped, %,d empty, %.1f s%n",
            source.name(),
            counts.lines(),
            counts.published(),
            installation.name(input.topic()),
            counts.deadLettered(),
            counts.skipped(),
            counts.empty(),
            seconds);
    if (counts.deadLettered() > 0) {
      err.println(
          "Why lines were refused: prefstream watch dead-letters --from-beginning --timeout 5s");
      return ExitCode.REFUSED;
    }
    return ExitCode.OK;
  }

  private Source source() {
    if (file.equals("-")) {
      return Source.stream("stdin", System.in);
    }
    try {
      return Source.file(Path.of(file));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "cannot read %s (%s): give a readable file of JSON lines, plain or gzip, or -"
              .formatted(file, e),
          e);
    }
  }
}
