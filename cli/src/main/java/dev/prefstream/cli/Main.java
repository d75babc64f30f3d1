package dev.prefstream.cli;

import dev.prefstream.cli.audit.AuditCommand;
import dev.prefstream.cli.detect.DetectCommand;
import dev.prefstream.cli.docs.DocsCommand;
import dev.prefstream.cli.drift.DriftCommand;
import dev.prefstream.cli.evaluate.EvaluateCommand;
import dev.prefstream.cli.explain.ExplainCommand;
import dev.prefstream.cli.forget.ForgetCommand;
import dev.prefstream.cli.publish.PublishCommand;
import dev.prefstream.cli.publish.WithdrawSettingsCommand;
import dev.prefstream.cli.quickstart.QuickstartCommand;
import dev.prefstream.cli.release.ReleaseCommand;
import dev.prefstream.cli.replay.ReplayCommand;
import dev.prefstream.cli.run.RunCommand;
import dev.prefstream.cli.topics.TopicsCommand;
import dev.prefstream.cli.watch.WatchCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code prefstream} command. */
@Command(
    name = "prefstream",
    header = "Streaming preference scoring for support tickets on Apache Kafka.",
    subcommands = {
      QuickstartCommand.class,
      TopicsCommand.class,
      RunCommand.class,
      PublishCommand.class,
      WithdrawSettingsCommand.class,
      WatchCommand.class,
      ExplainCommand.class,
      ReplayCommand.class,
      AuditCommand.class,
      ForgetCommand.class,
      ReleaseCommand.class,
      EvaluateCommand.class,
      DetectCommand.class,
      DriftCommand.class,
      DocsCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream quickstart",
      "  prefstream topics create --set topics.replication-factor=1",
      "  prefstream publish tickets tickets.jsonl.gz",
      "  prefstream watch routing-urgent",
      "  prefstream detect scores.csv --column score"
    })
public final class Main {

  private static final int HELP_WIDTH = 100;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Prints the stack trace of a failure.")
  boolean debug;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    int exitCode = ExitCode.FAILED;
    try {
      exitCode = execute(writer(FileDescriptor.out), writer(FileDescriptor.err), args);
    } catch (Error e) {
      // picocli lets it through, and the threads of a broker would keep the process alive.
      e.printStackTrace();
    }
    System.exit(exitCode);
  }

  /** Runs one command. For tests, which cannot end the process. */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    explainExitCodes(commandLine);
    return commandLine
        .setOut(out)
        .setErr(err)
        .setUsageHelpWidth(HELP_WIDTH)
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Failures::wrongUsage)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Failures.whileRunning(failure, command, main.debug))
        .execute(args);
  }

  private static void explainExitCodes(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.meanings());
    command.getSubcommands().values().forEach(Main::explainExitCodes);
  }

  /** JSON is UTF-8 whatever the terminal's character set. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }
}
