package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.drift.DriftBench;
import dev.prefstream.benchmarks.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code prefstream bench}: measures this machine and holds the figures against the targets. */
@Command(
    name = "bench",
    subcommands = DriftBench.class,
    mixinStandardHelpOptions = true,
    header = "Measure Prefstream on this machine, against what its parts do alone.",
    description =
        "Runs every arm once a round, each turn in a process of its own, in an order that rotates, and reports medians with the least and the most. Results are written after each turn. Use a machine with nothing else to do.")
final class Bench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for results.json, results.md and plots.")
  private @Nullable Path out;

  @Mixin private BenchOptions options;

  @Option(
      names = "--only",
      paramLabel = "ARM",
      split = ",",
      description = "Runs these arms only; --list names them.")
  private List<String> only = List.of();

  @Option(names = "--list", description = "Names the arms and ends.")
  private boolean list;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each arm runs (default: 3, with --quick 1).")
  private int rounds;

  @Option(
      names = "--profile",
      description =
          "Afterwards runs the arms of missed targets once more under Flight Recorder and says where their time goes.")
  private boolean profile;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  private Bench() {}

  /**
   * Ends the process with 0 when every arm ran, whatever the targets say, and 1 when one failed.
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** An arm may have the name of a command: {@code --only drift} and {@code bench drift} differ. */
  static CommandLine commandLine() {
    return new CommandLine(new Bench()).setAllowSubcommandsAsOptionParameters(true);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter console = spec.commandLine().getOut();
    Shipped shipped = Shipped.load(options.home(), options.seed);
    Path work = Files.createTempDirectory("prefstream-bench-");
    try {
      List<Arm> arms = new Arms(options, work.resolve("shared"), shipped).all();
      if (list) {
        arms.forEach(arm -> console.printf("%s (%s)%n", arm.name(), turn(arm)));
        return 0;
      }
      List<Arm> chosen = chosen(arms);
      Instant begun = Instant.now();
      Turns turns = new Turns(options, work, console);
      turns.run(chosen, times(), () -> write(report(begun, turns)));
      if (profile) {
        turns.profile(chosen, report(begun, turns).missed(), profiles());
        write(report(begun, turns));
      }
      console.println();
      console.print(report(begun, turns).table());
      if (out != null) {
        console.println("\nWritten to " + out);
      }
      return turns.results().failures().isEmpty() ? 0 : 1;
    } finally {
      Folders.delete(work);
    }
  }

  private static String turn(Arm arm) {
    return switch (arm.turn()) {
      case EVERY_ROUND -> "every round";
      case FIRST_ROUND -> "first round";
      case ON_REQUEST -> "only when asked for";
    };
  }

  private int times() {
    return rounds > 0 ? rounds : options.quick ? 1 : 3;
  }

  private Path profiles() throws IOException {
    return Files.createDirectories((out == null ? Path.of("") : out).resolve("profiles"));
  }

  private void write(Report report) throws IOException {
    if (out != null) {
      report.write(out);
    }
  }

  private Report report(Instant begun, Turns turns) {
    return new Report(facts(begun), turns.results(), DesignTargets.all(), turns.profiles());
  }

  private List<Arm> chosen(List<Arm> arms) {
    for (String name : only) {
      if (arms.stream().noneMatch(arm -> arm.name().equals(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "--only %s: no such arm, expected some of %s"
                .formatted(name, arms.stream().map(Arm::name).toList()));
      }
    }
    return arms.stream()
        .filter(
            arm -> only.isEmpty() ? arm.turn() != Arm.Turn.ON_REQUEST : only.contains(arm.name()))
        .toList();
  }

  private Map<String, String> facts(Instant begun) {
    Map<String, String> facts = new LinkedHashMap<>();
    Runtime runtime = Runtime.getRuntime();
    facts.put(
        "command",
        "`./prefstream bench "
            + String.join(" ", spec.commandLine().getParseResult().originalArgs())
            + "`");
    facts.put("begun", begun.truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("took", Duration.between(begun, Instant.now()).toMinutes() + " min");
    facts.put(
        "machine",
        "%s, %d cores, %s %s"
            .formatted(
                Machine.processor(),
                runtime.availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
    facts.put(
        "Java",
        "%s, heap of %d MiB at most"
            .formatted(System.getProperty("java.vm.version"), runtime.maxMemory() >> 20));
    facts.put("Kafka", AppInfoParser.getVersion());
    facts.put("seed", Long.toString(options.seed));
    facts.put(
        "in one process for each turn", "broker, registry, all stages, the load and its reader");
    facts.put("rounds", Integer.toString(times()));
    facts.put("scale", options.scale().toString());
    if (options.quick) {
      facts.put("caution", "--quick: too short for figures that mean anything");
    }
    return facts;
  }
}
