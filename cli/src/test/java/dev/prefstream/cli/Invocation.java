package dev.prefstream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of the command line in this JVM.
 *
 * @param exitCode what the process would end with
 * @param out standard output
 * @param err standard error
 */
public record Invocation(int exitCode, String out, String err) {

  /** Runs a command and waits for its end. */
  public static Invocation of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Invocation(exitCode, out.toString(), err.toString());
  }

  /** Runs a command with {@code --set} for each pair. */
  public static Invocation with(Map<String, String> configuration, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    configuration.forEach(
        (key, value) -> {
          all.add("--set");
          all.add(key + "=" + value);
        });
    return of(all.toArray(String[]::new));
  }

  /** Lines of standard output. */
  public List<String> lines() {
    return out.lines().toList();
  }
}
