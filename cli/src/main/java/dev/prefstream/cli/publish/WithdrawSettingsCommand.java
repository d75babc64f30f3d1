package dev.prefstream.cli.publish;

import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.RecordSender;
import dev.prefstream.schemas.Topics;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream withdraw-settings}: a tenant goes by the default settings again. */
@Command(
    name = "withdraw-settings",
    header = "Take back the settings of tenants: they go by the default ones again.",
    description =
        "Publishes a record without value on preference-settings under each tenant. Those of \"default\" give way to the built-in ones.",
    footerHeading = "%nExample:%n",
    footer = "  prefstream withdraw-settings acme")
public final class WithdrawSettingsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(arity = "1..*", paramLabel = "TENANT", description = "Ids of the tenants.")
  private List<String> tenants;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  WithdrawSettingsCommand() {}

  @Override
  public Integer call() {
    RecordSender.send(configurationArguments.load(), Topics.PREFERENCE_SETTINGS, tenants, null);
    spec.commandLine().getOut().printf("%d withdrawn.%n", tenants.size());
    return ExitCode.OK;
  }
}
