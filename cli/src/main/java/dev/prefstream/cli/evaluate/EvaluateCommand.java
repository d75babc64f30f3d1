package dev.prefstream.cli.evaluate;

import picocli.CommandLine.Command;

/** {@code prefstream evaluate}: groups the commands that measure. */
@Command(
    name = "evaluate",
    header =
        "Measure models, the policy's choice and the guards on labelled data; fit a scaling law.",
    subcommands = {
      TicketsCommand.class,
      PreferencesCommand.class,
      ChoiceCommand.class,
      FabricationCommand.class,
      MaskingCommand.class,
      ScalingCommand.class
    },
    synopsisSubcommandLabel = "(tickets | preferences | choice | fabrication | masking | scaling)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream evaluate tickets examples/labelled-tickets.jsonl",
      "  prefstream evaluate preferences examples/preferences.jsonl --out report.json",
      "  prefstream evaluate scaling examples/scaling.csv --at 1e20"
    })
public final class EvaluateCommand {

  EvaluateCommand() {}
}
