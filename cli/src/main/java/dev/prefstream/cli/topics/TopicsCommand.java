package dev.prefstream.cli.topics;

import picocli.CommandLine.Command;

/** {@code prefstream topics}: groups the commands on topics. */
@Command(
    name = "topics",
    header = "Create or describe the topics of an installation.",
    subcommands = {CreateCommand.class, DescribeCommand.class},
    synopsisSubcommandLabel = "(create | describe)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream topics create --bootstrap-server kafka:9092 --dry-run",
      "  prefstream topics create --set topics.partitions=12",
      "  prefstream topics describe"
    })
public final class TopicsCommand {

  TopicsCommand() {}
}
