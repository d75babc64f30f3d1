package dev.prefstream.cli.drift;

import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.RecordSender;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ReferenceReset;
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

/** {@code prefstream drift reset-reference}: a segment's reference is learnt anew. */
@Command(
    name = "reset-reference",
    header = "Have the reference of a segment learnt anew.",
    description = {
      "The drift monitor forgets what the segment's scores were like, closes its open incident and",
      "learns from the next predictions on. It does so at the segment's next prediction."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream drift reset-reference all",
      "  prefstream drift reset-reference acme/US/en --reason \"prices changed\"",
      "  prefstream drift reset-reference '*'     # every segment and the whole stream"
    })
final class ResetReferenceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      paramLabel = "SEGMENT",
      description = "As in drift-reports: all, tenant/region/language, or '*' for every one.")
  private String segment;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private @Nullable String reason;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  ResetReferenceCommand() {}

  @Override
  public Integer call() {
    RecordSender.send(
        configurationArguments.load(),
        Topics.REFERENCE_RESETS,
        List.of(segment),
        ReferenceReset.newBuilder()
            .setSegment(segment)
            .setRequestedAt(Instant.now())
            .setRequestedBy(System.getProperty("user.name"))
            .setReason(reason)
            .build());
    spec.commandLine()
        .getOut()
        .println("Asked for a new reference of " + segment + "; watch drift-reports shows it.");
    return ExitCode.OK;
  }
}
