package dev.prefstream.cli.evaluate;

import picocli.CommandLine.Command;

/** {@code prefstream evaluate}: groups the commands that measure models. */
@Command(
    name = "evaluate",
    header = "Measure a model on labelled data, or fit a scaling law to measured points.",
    subcommands = {TicketsCommand.class, PreferencesCommand.class, ScalingCommand.class},
    synopsisSubcommandLabel = "(tickets | preferences | scaling)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream evaluate tickets examples/labelled-tickets.jsonl",
      "  prefstream evaluate preferences examples/preferences.jsonl --out report.json",
      "  prefstream evaluate scaling examples/scaling.csv --at 1e20"
    })
public final class EvaluateCommand {

  EvaluateCommand() {}
}
