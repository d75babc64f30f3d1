package dev.prefstream.cli.quickstart;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.StopSignal;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Values;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prefstream quickstart}: everything in one process. */
@Command(
    name = "quickstart",
    header = "Run all of Prefstream in one process: broker, registry and every stage.",
    description = {
      "Without --once it publishes sample traffic of five invented tenants, in which a drift sets in after a while, and shows what comes out.",
      "With --once it publishes your tickets, waits until each has its decision or dead letter, and writes the results. Killed half way, the same command with the same --data-dir goes on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream quickstart",
      "  prefstream quickstart --data-dir data --set embedded.kafka-port=19092",
      "  prefstream quickstart --once --tickets tickets.jsonl.gz --out results"
    })
public final class QuickstartCommand implements Callable<Integer> {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keeps topics, schemas and state here; without it they go with the process.")
  private @Nullable Path dataDir;

  @Option(names = "--once", description = "Process the files, write the results, and end.")
  private boolean once;

  @Option(
      names = "--tickets",
      paramLabel = "FILE",
      description = "With --once: JSON lines, plain or gzip.")
  private @Nullable Path tickets;

  @Option(
      names = "--responses",
      paramLabel = "FILE",
      description = "With --once: responses offered for the tickets.")
  private @Nullable Path responses;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "With --once: tenants' settings, in force before the first ticket.")
  private @Nullable Path settings;

  @Option(names = "--labels", paramLabel = "FILE", description = "With --once: experts' labels.")
  private @Nullable Path labels;

  @Option(names = "--out", paramLabel = "DIR", description = "With --once: folder for the results.")
  private @Nullable Path out;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Without --once: sample tickets a second (default: ${DEFAULT-VALUE}).")
  private double rate = 40;

  @Option(
      names = "--drift-after",
      paramLabel = "TIME",
      description = "Without --once: when the drift sets in (default: ${DEFAULT-VALUE}).")
  private String driftAfter = "60s";

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  QuickstartCommand() {}

  @Override
  public Integer call() throws IOException {
    checkUsage();
    Path folder = dataDir == null ? Files.createTempDirectory("prefstream-") : dataDir;
    Map<String, String> defaults = new HashMap<>(Quickstart.defaults(folder));
    if (!once) {
      defaults.putAll(SampleRun.DEFAULTS);
    }
    Configuration configuration = configurationArguments.load(defaults);
    PrintWriter console = spec.commandLine().getOut();
    boolean terminal = System.console() != null;
    Screen screen = new Screen(console, terminal);
    screen.line(
        "Prefstream, one process, data in %s%s"
            .formatted(folder, dataDir == null ? " (removed at the end)" : ""));
    try (StopSignal stop = new StopSignal(STOP_LIMIT)) {
      try (Quickstart quickstart = Quickstart.start(configuration, folder)) {
        Duration untilReady = awaitReady(quickstart, screen, stop);
        if (once) {
          return runOnce(quickstart, untilReady, stop, console);
        }
        new SampleRun(quickstart, screen, terminal, stop).run(rate, Values.duration(driftAfter));
        return ExitCode.OK;
      } finally {
        if (dataDir == null) {
          delete(folder);
        }
      }
    }
  }

  private void checkUsage() {
    if (once && (tickets == null || out == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--once needs --tickets FILE and --out DIR");
    }
    if (!once && Stream.of(tickets, responses, settings, labels, out).anyMatch(Objects::nonNull)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--tickets, --responses, --settings, --labels and --out go with --once; to publish into a running quickstart use `prefstream publish`");
    }
    if (!(rate > 0 && rate <= 100_000)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--rate = " + rate + ": must be above 0 and at most 100000");
    }
    try {
      Values.duration(driftAfter);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--drift-after = %s: %s".formatted(driftAfter, e.getMessage()), e);
    }
    for (Path file :
        Stream.of(tickets, responses, settings, labels).filter(Objects::nonNull).toList()) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            file + " is no readable file: give one of JSON lines, plain or gzip");
      }
    }
  }

  private Duration awaitReady(Quickstart quickstart, Screen screen, StopSignal stop) {
    Duration sinceStart = sinceProcessStart();
    screen.ready("broker", quickstart.cluster().bootstrapServers(), sinceStart);
    screen.ready("registry", quickstart.cluster().registryUrl(), sinceStart);
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!quickstart.ready()) {
      quickstart.checkHealth();
      screen.stages(quickstart.services(), sinceProcessStart());
      if (stop.requested()) {
        throw new CommandFailure(ExitCode.FAILED, "stopped before every stage was ready");
      }
      if (System.nanoTime() - deadline > 0) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "not every stage was ready within %d s: %s says which"
                .formatted(READY_LIMIT.toSeconds(), quickstart.httpAddress() + "/readyz"));
      }
      stop.await(LOOK_AGAIN);
    }
    screen.stages(quickstart.services(), sinceProcessStart());
    screen.line("");
    return sinceProcessStart();
  }

  private int runOnce(
      Quickstart quickstart, Duration untilReady, StopSignal stop, PrintWriter console) {
    OnceFiles files =
        new OnceFiles(
            Objects.requireNonNull(tickets),
            responses,
            settings,
            labels,
            Objects.requireNonNull(out));
    OnceSummary.Counts counts = new OnceRun(quickstart, stop).run(files, untilReady);
    console.printf(
        Locale.ROOT,
        "%,d published: %,d urgent, %,d standard, %,d dead-lettered, %,d duplicates. Results in %s%n",
        counts.published(),
        counts.urgent(),
        counts.standard(),
        counts.deadLettered(),
        counts.duplicates(),
        files.out());
    if (counts.otherDeadLettered() > 0) {
      console.printf(
          Locale.ROOT,
          "%,d lines of the other files were refused: dead-letters.jsonl says why%n",
          counts.otherDeadLettered());
    }
    if (counts.oneSided()) {
      console.printf(
          "Every ticket went one way: the strictness may not suit these texts. What another one would change:%n  ./prefstream replay --from %s --settings NEW.json%n",
          files.out().resolve("decision-log.jsonl"));
    }
    if (!counts.balanced()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "the books do not balance: %d tickets without an outcome, %d decided twice; see summary.json"
              .formatted(counts.unanswered(), counts.doubled()));
    }
    return ExitCode.OK;
  }

  private static Duration sinceProcessStart() {
    return Duration.ofMillis(
        System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> deepestFirst = paths.sorted((a, b) -> b.compareTo(a)).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
  }
}
