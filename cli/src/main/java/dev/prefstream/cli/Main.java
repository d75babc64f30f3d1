package dev.prefstream.cli;

import dev.prefstream.cli.publish.PublishCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code prefstream} command. */
@Command(
    name = "prefstream",
    description = "Streaming preference scoring for support tickets on Apache Kafka.",
    subcommands = {PublishCommand.class},
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All was done.",
      "1:It began and failed while running.",
      "2:Wrong usage or configuration; nothing was done.",
      "3:The broker or the schema registry cannot be reached.",
      "4:Some input was refused; the rest was taken."
    })
public final class Main {

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Prints the stack trace of a failure.")
  boolean debug;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(
        execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }

  /** Runs one command. For tests, which cannot end the process. */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    return new CommandLine(main)
        .setOut(out)
        .setErr(err)
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Failures::wrongUsage)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Failures.whileRunning(failure, command, main.debug))
        .execute(args);
  }
}
