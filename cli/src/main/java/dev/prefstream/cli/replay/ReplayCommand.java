package dev.prefstream.cli.replay;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.publish.SettingsFile;
import dev.prefstream.cli.quickstart.TopicScan;
import dev.prefstream.decision.LogReplay;
import dev.prefstream.decision.WhatIf;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DecisionRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prefstream replay}: does the log come out again, and what would other settings do? */
@Command(
    name = "replay",
    header = "Run the policy again over the decision log, or over it with other settings.",
    description = {
      "Without --settings: names every record that comes out otherwise than logged, or contradicts an earlier one; there must be none, and one ends the command with exit code 1.",
      "With --settings: names every decision that would have been another, before a tenant changes anything."
          + " What nobody recorded it cannot know: what would have been offered for a ticket that was urgent, and how other masking or known_terms would have changed the scores."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream replay --from results/decision-log.jsonl",
      "  prefstream replay --from decision-log --bootstrap-server kafka:9092",
      "  prefstream replay --from results/decision-log.jsonl --settings new.json"
    })
public final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FILE|TOPIC",
      description =
          "A file of one record a line, as quickstart --once and watch write it, plain or gzip; or the topic decision-log.")
  private String from;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "Settings documents as for publish settings, one a tenant.")
  private @Nullable Path settings;

  private long refused;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  ReplayCommand() {}

  @Override
  public Integer call() {
    return settings == null ? replay() : whatIf(settings);
  }

  private int replay() {
    LogReplay replay = new LogReplay();
    read(
        (place, record) ->
            replay
                .take(record)
                .ifPresent(
                    wrong ->
                        out()
                            .printf(
                                "%s  %s %s  %s%n",
                                place, record.getTicketId(), record.getEvent(), wrong)));
    LogReplay.Counts counts = replay.counts();
    out()
        .printf(
            "%d records replayed, %d differences, %d not readable, %d of another policy version, %d whose routing is not in the log%n",
            counts.records() - counts.otherVersions(),
            counts.differences(),
            refused,
            counts.otherVersions(),
            counts.withoutRouting());
    if (counts.records() == counts.otherVersions()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "%s holds no decision that this release can replay: nothing is proved".formatted(from));
    }
    if (counts.differences() > 0) {
      return ExitCode.FAILED;
    }
    return refused + counts.otherVersions() > 0 ? ExitCode.REFUSED : ExitCode.OK;
  }

  private int whatIf(Path file) {
    WhatIf whatIf;
    try {
      whatIf = new WhatIf(SettingsFile.read(file));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(file, e.getMessage()), e);
    }
    read(
        (place, record) ->
            whatIf
                .take(record)
                .ifPresent(
                    change ->
                        out()
                            .printf(
                                "%s  %s  %s -> %s%n",
                                change.ticketId(),
                                change.tenantId(),
                                change.before(),
                                change.after())));
    out()
        .printf(
            "%d records, %d of tenants with new settings, %d not readable, %d of another policy version:%n",
            whatIf.records(), whatIf.judged(), refused, whatIf.otherVersions());
    for (WhatIf.Kind kind : WhatIf.Kind.values()) {
      out().printf("  %6d %s%n", whatIf.count(kind), words(kind));
    }
    if (whatIf.records() == 0) {
      throw new CommandFailure(ExitCode.FAILED, from + " holds no decision: nothing is compared");
    }
    if (!whatIf.tenantsWithoutRecords().isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              "prefstream: no record is of a tenant judged by the settings for %s: check the names%n",
              String.join(", ", whatIf.tenantsWithoutRecords()));
    }
    return refused + whatIf.otherVersions() > 0 ? ExitCode.REFUSED : ExitCode.OK;
  }

  private void read(BiConsumer<String, DecisionRecord> reader) {
    Path file = Path.of(from);
    if (Files.exists(file)) {
      try {
        new DecisionLog()
            .read(
                file,
                (line, record) -> reader.accept("line " + line, record),
                (line, problem) -> refuse("line " + line, problem));
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "cannot read %s (%s): check the path and its rights".formatted(from, e),
            e);
      }
      return;
    }
    Configuration configuration = configurationArguments.load();
    Installation installation = Installation.of(configuration);
    if (!from.equals(Topics.DECISION_LOG.name())
        && !from.equals(installation.name(Topics.DECISION_LOG))) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--from '%s' is neither a file nor the topic %s"
              .formatted(from, Topics.DECISION_LOG.name()));
    }
    Cluster.require(configuration, installation, List.of(Topics.DECISION_LOG));
    new TopicScan(installation)
        .each(
            Topics.DECISION_LOG,
            (record, value) ->
                reader.accept(
                    "partition %d offset %d".formatted(record.partition(), record.offset()),
                    value));
  }

  private void refuse(String place, String problem) {
    refused++;
    spec.commandLine().getErr().printf("prefstream: %s is no decision: %s%n", place, problem);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static String words(WhatIf.Kind kind) {
    return switch (kind) {
      case URGENT_INSTEAD -> "would have been routed URGENT instead of STANDARD";
      case STANDARD_INSTEAD -> "would have been routed STANDARD instead of URGENT";
      case OTHER_RESPONSE -> "would have been answered with another response";
      case ESCALATED_INSTEAD -> "would have been escalated instead of answered";
      case ANSWERED_INSTEAD -> "would have been answered instead of escalated";
    };
  }
}
