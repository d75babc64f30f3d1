package dev.prefstream.cli.drift;

import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.RecordSender;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.RetrainingDone;
import dev.prefstream.schemas.avro.RetrainingOutcome;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream drift retraining-done}: a request for retraining is dealt with. */
@Command(
    name = "retraining-done",
    header = "Say that a request for retraining is dealt with; closes its incident.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream drift retraining-done 3e1f6a3c-0a57-3b0e-9d43-5a1b8a8f7c11/retrain",
      "  prefstream drift retraining-done 3e1f6a3c-0a57-3b0e-9d43-5a1b8a8f7c11/retrain --declined"
    })
final class RetrainingDoneCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      paramLabel = "TRIGGER",
      description = "trigger_id of the record on retraining-triggers.")
  private String triggerId;

  @Option(names = "--declined", description = "It was looked at and no new model is needed.")
  private boolean declined;

  @Option(names = "--note", paramLabel = "TEXT", description = "In words, for the record.")
  private @Nullable String note;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  RetrainingDoneCommand() {}

  @Override
  public Integer call() {
    RecordSender.send(
        configurationArguments.load(),
        Topics.RETRAINING_DONE,
        List.of(triggerId),
        RetrainingDone.newBuilder()
            .setTriggerId(triggerId)
            .setOutcome(declined ? RetrainingOutcome.DECLINED : RetrainingOutcome.RETRAINED)
            .setDoneAt(Instant.now())
            .setDoneBy(System.getProperty("user.name"))
            .setNote(note)
            .build());
    spec.commandLine().getOut().println("Said so; the incident's CLOSED comes on drift-alerts.");
    return ExitCode.OK;
  }
}
