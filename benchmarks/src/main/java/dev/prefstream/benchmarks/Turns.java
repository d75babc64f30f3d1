package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Results;
import dev.prefstream.benchmarks.report.ResultsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs the arms' turns one after the other and gathers what they measured. */
final class Turns {

  /** The command sets it. */
  private static final String QUICKSTART_JAVA_OPTION = "prefstream.quickstart-java-option";

  private static final Duration LIMIT = Duration.ofMinutes(8);

  private final BenchOptions options;
  private final Path work;
  private final PrintWriter console;
  private final Results results = new Results();
  private final Map<String, String> profiles = new LinkedHashMap<>();

  /** What is done whenever there is something new. */
  interface Progress {
    void made() throws IOException;
  }

  Turns(BenchOptions options, Path work, PrintWriter console) throws IOException {
    this.options = options;
    this.work = work;
    this.console = console;
    Files.createDirectories(work.resolve("shared"));
  }

  Results results() {
    return results;
  }

  /** Arm to a short text on where its time went. */
  Map<String, String> profiles() {
    return Collections.unmodifiableMap(profiles);
  }

  /** Each round begins further on in the list, so that no arm always follows the same rest. */
  void run(List<Arm> arms, int rounds, Progress progress) throws IOException, InterruptedException {
    for (int number = 1; number <= rounds; number++) {
      List<Arm> order = new ArrayList<>(arms);
      Collections.rotate(order, -(number - 1) * Math.max(1, arms.size() / rounds));
      for (Arm arm : order) {
        if (number == 1 || arm.turn() == Arm.Turn.EVERY_ROUND) {
          turn(arm, number, "round %d of %d".formatted(number, rounds), null);
          progress.made();
        }
      }
    }
  }

  /**
   * Runs the named arms once more, under Flight Recorder; their figures are dropped.
   *
   * @param folder where recordings and texts go
   */
  void profile(List<Arm> arms, Collection<String> names, Path folder)
      throws IOException, InterruptedException {
    for (Arm arm : arms) {
      if (names.contains(arm.name())) {
        Path recording = folder.toAbsolutePath().resolve(arm.name() + ".jfr");
        turn(arm, 0, "profile", recording);
        if (Files.exists(recording)) {
          String text = Profile.of(recording);
          profiles.put(arm.name(), text);
          Files.writeString(folder.resolve(arm.name() + ".md"), text);
        }
      }
    }
  }

  private void turn(Arm arm, int number, String what, @Nullable Path recording)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(work.resolve(arm.name() + "-" + number));
    Path figures = work.resolve(arm.name() + "-" + number + ".json");
    ResultsFile.write(results, figures);
    List<String> arguments = new ArrayList<>(options.arguments());
    arguments.addAll(List.of("--arm", arm.name(), "--round", Integer.toString(number)));
    arguments.addAll(List.of("--folder", folder.toString(), "--figures", figures.toString()));
    arguments.addAll(List.of("--shared", work.resolve("shared").toString()));
    long begun = System.nanoTime();
    console.printf("%s: %s ... ", what, arm.name());
    console.flush();
    try {
      new ArmProcess(javaOptions(arm), arguments, limit(arm))
          .run(work.resolve(arm.name() + ".log"), recording);
      console.printf("%.0f s%n", (System.nanoTime() - begun) / 1e9);
    } catch (IllegalStateException | IOException | TimeoutException e) {
      results.failed(arm.name(), String.valueOf(e.getMessage()));
      console.printf("failed: %s%n", e.getMessage());
    }
    console.flush();
    if (recording == null) {
      ResultsFile.read(figures, results);
    }
    Folders.delete(folder);
  }

  private static List<String> javaOptions(Arm arm) {
    String option = System.getProperty(QUICKSTART_JAVA_OPTION);
    return arm.asQuickstart() && option != null ? List.of(option) : List.of();
  }

  private Duration limit(Arm arm) {
    return arm.turn() == Arm.Turn.ON_REQUEST
        ? LIMIT.plusMinutes(options.soakMinutes().stream().mapToInt(m -> m).max().orElse(0))
        : LIMIT;
  }
}
