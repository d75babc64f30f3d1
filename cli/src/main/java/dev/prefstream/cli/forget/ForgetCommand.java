package dev.prefstream.cli.forget;

import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.RecordSender;
import dev.prefstream.intake.Validation;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.Topics;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream forget}: orders that tickets are forgotten. */
@Command(
    name = "forget",
    header = "Order that tickets are forgotten; what stays, docs/oversight.md says.",
    description = {
      "Publishes a record without value on the topic tickets under each id: intake, decision and oversight drop what they know of the ticket, later reports of accuracy, fairness and style are without it, and no later alert of drift names it. A ticket whose request is on its way through the scorer is still routed. It cannot be taken back.",
      "An id that is not known yet is forgotten in advance: a ticket that comes under it is dropped, until intake.join-retention is over."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream forget T-1",
      "  prefstream forget T-1 T-2 --bootstrap-server kafka:9092"
    })
public final class ForgetCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(arity = "1..*", paramLabel = "TICKET_ID", description = "Ids of the tickets.")
  private List<String> ids;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  ForgetCommand() {}

  @Override
  public Integer call() {
    try {
      ids.forEach(Validation::erased);
    } catch (PoisonException e) {
      throw new ParameterException(
          spec.commandLine(), "TICKET_ID: %s".formatted(e.getMessage()), e);
    }
    RecordSender.send(configurationArguments.load(), Topics.TICKETS, ids, null);
    spec.commandLine()
        .getOut()
        .printf(
            "%d ordered to be forgotten; takes effect when the ids appear on the topic erasures.%n",
            ids.size());
    return ExitCode.OK;
  }
}
