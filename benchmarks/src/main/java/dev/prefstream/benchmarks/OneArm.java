package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Results;
import dev.prefstream.benchmarks.report.ResultsFile;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process of one arm's turn. {@link Bench} starts it. */
@Command(name = "one-arm")
final class OneArm implements java.util.concurrent.Callable<Integer> {

  /** Begins the line of its output that says why it failed. */
  static final String FAILED = "failed: ";

  @Option(names = "--arm", required = true)
  private String arm;

  @Option(names = "--round", required = true)
  private int round;

  @Option(names = "--folder", required = true)
  private Path folder;

  @Option(names = "--shared", required = true)
  private Path shared;

  @Option(names = "--figures", required = true)
  private Path figures;

  @Mixin private BenchOptions options;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  private OneArm() {}

  /** Threads that an arm could not end do not keep the process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new OneArm()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Results results = new Results();
    ResultsFile.read(figures, results);
    try {
      Shipped shipped = Shipped.load(options.home(), options.seed);
      new Arms(options, shared, shipped)
          .named(arm)
          .run(new Round(round, options.scale(), folder, results));
      return 0;
    } catch (Throwable e) { // The bench is to hear of everything, an OutOfMemoryError too.
      System.out.println(FAILED + OneLine.of(e));
      e.printStackTrace(System.out);
      return 1;
    } finally {
      ResultsFile.write(results, figures);
    }
  }
}
