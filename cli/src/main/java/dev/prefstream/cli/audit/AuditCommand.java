package dev.prefstream.cli.audit;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.json.JsonForm;
import dev.prefstream.oversight.CalendarMonth;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Values;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AuditRequest;
import dev.prefstream.schemas.avro.FairnessAudit;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prefstream audit}: are groups treated alike? */
@Command(
    name = "audit",
    header = "Ask for a fairness audit of a month, and print it.",
    description = {
      "Publishes a request and waits for the oversight stage, which must run, to answer from its counts. The audit also stays on the topic fairness-audits.",
      "With --fail-on-alarm a disparity that raises an alarm ends the command with exit code 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream audit",
      "  prefstream audit --tenant acme --month 2026-03",
      "  prefstream audit --json | jq .disparities"
    })
public final class AuditCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      defaultValue = "*",
      description = "Whose decisions; * (the default) compares all, and tenants with each other.")
  private String tenant;

  @Option(
      names = "--month",
      paramLabel = "YYYY-MM",
      description = "Calendar month in UTC; the present one when not given.")
  private @Nullable String month;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long to wait for the answer.")
  private String timeout;

  @Option(names = "--json", description = "Prints the audit as one JSON object.")
  private boolean json;

  @Option(names = "--fail-on-alarm", description = "Ends with exit code 1 on an alarm.")
  private boolean failOnAlarm;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  AuditCommand() {}

  @Override
  public Integer call() {
    if (tenant.isBlank()) {
      throw wrong("--tenant must not be blank");
    }
    Duration patience = patience();
    checkMonth();
    Configuration configuration = configurationArguments.load();
    Installation installation = Installation.of(configuration);
    Cluster.require(
        configuration, installation, List.of(Topics.AUDIT_REQUESTS, Topics.FAIRNESS_AUDITS));
    AuditRequest request =
        new AuditRequest(UUID.randomUUID().toString(), tenant, month, Instant.now());
    FairnessAudit audit =
        new AuditExchange(installation)
            .ask(request, patience)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.FAILED,
                        "no audit came within %s: see that the oversight stage runs (`prefstream run streams-app`) and has caught up, or raise --timeout"
                            .formatted(timeout)));
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? JsonForm.of(audit) + "\n" : AuditTables.of(audit));
    out.flush();
    return failOnAlarm && audit.getAlarm() ? ExitCode.FAILED : ExitCode.OK;
  }

  private Duration patience() {
    try {
      return Values.duration(timeout);
    } catch (IllegalArgumentException e) {
      throw wrong("--timeout '%s': %s".formatted(timeout, e.getMessage()));
    }
  }

  private void checkMonth() {
    try {
      if (month != null) {
        CalendarMonth.parse(month);
      }
    } catch (DateTimeException e) {
      throw wrong(
          "--month '%s' is no calendar month, expected one such as 2026-03".formatted(month));
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
