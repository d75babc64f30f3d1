package dev.prefstream.cli.drift;

import picocli.CommandLine.Command;

/** {@code prefstream drift}: groups the commands to the drift monitor. */
@Command(
    name = "drift",
    header = "Reset a drift reference, or say that retraining is done.",
    subcommands = {ResetReferenceCommand.class, RetrainingDoneCommand.class},
    synopsisSubcommandLabel = "(reset-reference | retraining-done)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream drift reset-reference all --reason \"new product launched\"",
      "  prefstream drift retraining-done 3e1f6a3c-0a57-3b0e-9d43-5a1b8a8f7c11/retrain"
    })
public final class DriftCommand {

  DriftCommand() {}
}
