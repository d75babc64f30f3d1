package dev.prefstream.cli.docs;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code prefstream docs}: writes the pages that follow from the code. For those who work on it.
 */
@Command(
    name = "docs",
    hidden = true,
    header = "Write the pages of docs that follow from the code.",
    footerHeading = "%nExample:%n",
    footer = "  " + ReferencePages.COMMAND)
public final class DocsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "An existing folder.")
  private Path folder;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  DocsCommand() {}

  @Override
  public Integer call() {
    for (Map.Entry<String, String> page : ReferencePages.all().entrySet()) {
      Path file = folder.resolve(page.getKey());
      try {
        Files.writeString(file, page.getValue());
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.FAILED, "cannot write %s (%s): give a writable folder".formatted(file, e), e);
      }
      spec.commandLine().getOut().println("wrote " + file);
    }
    return ExitCode.OK;
  }
}
