package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Report;
import dev.prefstream.benchmarks.report.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code prefstream bench}: measures this machine and holds the figures against the targets. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    header = "Measure Prefstream on this machine, against what its parts do alone.",
    description =
        "Runs every arm once a round, in an order that rotates, and reports medians with the least and the most. Use a machine with nothing else to do.")
final class Bench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for results.json, results.md and plots.")
  private @Nullable Path out;

  @Option(
      names = "--quick",
      description = "Seconds in place of minutes, one round: to see that all runs.")
  private boolean quick;

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
      names = "--seed",
      paramLabel = "N",
      description = "Of the tickets' texts (default: ${DEFAULT-VALUE}).")
  private long seed = 7;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  private Bench() {}

  /**
   * Ends the process with 0 when every arm ran, whatever the targets say, and 1 when one failed.
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    Path home = Path.of(System.getProperty("prefstream.home", "")).toAbsolutePath();
    Shipped shipped = Shipped.load(home, seed);
    Path work = Files.createTempDirectory("prefstream-bench-");
    try {
      List<Arm> arms = Arms.all(home, work.resolve("shared"), shipped, quick);
      if (list) {
        arms.forEach(arm -> console.println(arm.name()));
        return 0;
      }
      List<Arm> chosen = chosen(arms);
      Instant begun = Instant.now();
      Results results = run(chosen, work, console);
      Report report = new Report(facts(begun), results, DesignTargets.all());
      console.println();
      console.print(report.table());
      if (out != null) {
        report.write(out);
        console.println("\nWritten to " + out);
      }
      return results.failures().isEmpty() ? 0 : 1;
    } finally {
      delete(work);
    }
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
    return only.isEmpty() ? arms : arms.stream().filter(arm -> only.contains(arm.name())).toList();
  }

  private Results run(List<Arm> arms, Path work, PrintWriter console) throws IOException {
    Results results = new Results();
    int times = rounds > 0 ? rounds : quick ? 1 : 3;
    for (int number = 1; number <= times; number++) {
      List<Arm> order = new java.util.ArrayList<>(arms);
      Collections.rotate(order, -(number - 1));
      for (Arm arm : order) {
        Path folder = Files.createDirectories(work.resolve(arm.name() + "-" + number));
        long begun = System.nanoTime();
        console.printf("round %d of %d: %s ... ", number, times, arm.name());
        console.flush();
        try {
          arm.run(new Round(number, quick ? Scale.quick() : Scale.full(), folder, results));
          console.printf("%.0f s%n", (System.nanoTime() - begun) / 1e9);
        } catch (Exception | LinkageError e) {
          results.failed(arm.name(), String.valueOf(e));
          console.printf("failed: %s%n", e);
        }
        delete(folder);
      }
    }
    return results;
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
    facts.put("seed", Long.toString(seed));
    facts.put("in one process", "broker, registry, all stages, the load and its reader");
    if (quick) {
      facts.put("caution", "--quick: too short for figures that mean anything");
    }
    return facts;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> inside = Files.walk(folder)) {
        for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
