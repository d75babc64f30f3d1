package dev.prefstream.cli.quickstart;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.StopSignal;
import dev.prefstream.cli.publish.Input;
import dev.prefstream.cli.publish.LineHeaders;
import dev.prefstream.cli.publish.PublishCounts;
import dev.prefstream.cli.publish.Publisher;
import dev.prefstream.cli.publish.Source;
import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Publishes files, waits until every stage has processed everything, and writes what became of the
 * tickets. Run again on the same data directory after a kill, it goes on where the log ends.
 */
final class OnceRun {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final Duration AFTER_SETTLING = Duration.ofSeconds(1);

  private static final int PLAIN_WIDTH = 100;

  private final Quickstart quickstart;
  private final Installation installation;
  private final Publisher publisher;
  private final StopSignal stop;
  private final LiveCounts live = new LiveCounts();

  OnceRun(Quickstart quickstart, StopSignal stop) {
    this.quickstart = quickstart;
    this.stop = stop;
    this.installation = quickstart.installation();
    this.publisher = new Publisher(installation, quickstart.configuration(), Clock.systemUTC());
  }

  /**
   * Blocks until all is written.
   *
   * @param untilReady from the process's start until all stages served
   * @throws CommandFailure when a stage fails, a file cannot be read or written, or the books do
   *     not balance
   */
  OnceSummary.Counts run(OnceFiles files, Duration untilReady) {
    try (Drain drain = quickstart.drain();
        Follower follower = follower()) {
      Source tickets = Source.file(files.tickets());
      Files.createDirectories(files.out());
      follower.start();
      List<LineHeaders> others = new ArrayList<>();
      publish(Input.SETTINGS, files.settings(), others);
      await(drain::settingsInForce);
      long begun = System.currentTimeMillis();
      try (ProgressBar bar = bar()) {
        publishTickets(tickets, bar);
        publish(Input.RESPONSES, files.responses(), others);
        publish(Input.LABELS, files.labels(), others);
        await(
            () -> {
              bar.stepTo(live.decisions() + live.deadLettered.sum());
              return drain.done();
            });
        bar.stepTo(live.decisions() + live.deadLettered.sum());
      }
      if (files.responses() != null) {
        awaitChosenResponses();
      }
      OnceSummary.Counts counts =
          new OutcomeFiles(
                  installation, new LineHeaders(tickets, Input.TICKETS), others, files.out())
              .write();
      Duration deciding = Duration.ofMillis(Math.max(0, live.lastDecisionAt() - begun));
      new OnceSummary(counts, live, untilReady, deciding)
          .write(files.out().resolve("summary.json"));
      return counts;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "cannot read or write (%s): check the path and its rights".formatted(e),
          e);
    }
  }

  private Follower follower() {
    return new Follower(installation)
        .on(Topics.ROUTING_URGENT, live::decided)
        .on(Topics.ROUTING_STANDARD, live::decided)
        .on(Topics.DEAD_LETTERS, live::refused);
  }

  private void publishTickets(Source source, ProgressBar bar) {
    PublishCounts published =
        publisher.publish(
            Input.TICKETS,
            source,
            true,
            (counts, bytesRead, bytesInAll) -> {
              bar.maxHint(expectedLines(counts, bytesRead, bytesInAll));
              bar.stepTo(live.decisions() + live.deadLettered.sum());
              checkStop();
            });
    bar.maxHint(published.published() + published.deadLettered());
  }

  /** Lines in all, as far as the part read so far tells. */
  private static long expectedLines(PublishCounts counts, long bytesRead, long bytesInAll) {
    long fresh = counts.lines() - counts.skipped() - counts.empty();
    return bytesRead <= 0 || bytesInAll <= 0
        ? fresh
        : Math.round((double) fresh * bytesInAll / bytesRead);
  }

  private <V extends SpecificRecord> void publish(
      Input<V> input, @Nullable Path file, List<LineHeaders> published) throws IOException {
    if (file != null) {
      Source source = Source.file(file);
      publisher.publish(input, source, true, (counts, read, all) -> checkStop());
      published.add(new LineHeaders(source, input));
    }
  }

  /**
   * Responses are chosen a while after they came; then the choice has to pass the later stages too.
   */
  private void awaitChosenResponses() {
    long settled =
        System.nanoTime()
            + quickstart.configuration().get(DecisionOptions.SETTLE).plus(AFTER_SETTLING).toNanos();
    await(() -> System.nanoTime() - settled >= 0);
    try (Drain after = quickstart.drain()) {
      await(after::done);
    }
  }

  private void await(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      quickstart.checkHealth();
      checkStop();
      stop.await(LOOK_AGAIN);
    }
  }

  private void checkStop() {
    if (stop.requested()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "stopped before every ticket was decided: run the same command again with the same --data-dir to go on");
    }
  }

  /** A bar that is written over on a terminal; elsewhere one line every ten seconds. */
  private static ProgressBar bar() {
    boolean terminal = System.console() != null;
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName("deciding")
            .setInitialMax(0)
            .setStyle(ProgressBarStyle.ASCII)
            .setUnit(" tickets", 1)
            .showSpeed()
            .setUpdateIntervalMillis(terminal ? 500 : 10_000);
    if (!terminal) {
      builder.setConsumer(new DelegatingProgressBarConsumer(System.err::println, PLAIN_WIDTH));
    }
    return builder.build();
  }
}
