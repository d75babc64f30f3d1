package dev.prefstream.cli.quickstart;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.StopSignal;
import dev.prefstream.cli.publish.Input;
import dev.prefstream.cli.publish.Publisher;
import dev.prefstream.cli.publish.Source;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.RoutingDecision;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** Sample traffic and its live counts until asked to stop. */
final class SampleRun {

  /**
   * What stands for keys that the user does not set: a few minutes are too short for a reference of
   * 20,000 predictions.
   */
  static final Map<String, String> DEFAULTS = Map.of("drift.detectors", "fixed-band,adwin");

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration REPEAT_WITHOUT_TERMINAL = Duration.ofSeconds(10);

  private final Quickstart quickstart;
  private final Installation installation;
  private final Screen screen;
  private final boolean terminal;
  private final StopSignal stop;
  private final LiveCounts live = new LiveCounts();

  SampleRun(Quickstart quickstart, Screen screen, boolean terminal, StopSignal stop) {
    this.quickstart = quickstart;
    this.installation = quickstart.installation();
    this.screen = screen;
    this.terminal = terminal;
    this.stop = stop;
  }

  /**
   * Publishes and shows until asked to stop.
   *
   * @param ratePerSecond tickets a second
   * @param steady how long before the drift sets in
   * @throws CommandFailure when a stage or the broker stops by itself
   */
  void run(double ratePerSecond, Duration steady) {
    long driftAfter = Math.round(ratePerSecond * steady.toMillis() / 1e3);
    String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    SampleTraffic traffic = new SampleTraffic("sample-" + run + "-", driftAfter, System.nanoTime());
    publishSettings();
    awaitSettings();
    try (SamplePublisher publisher =
            new SamplePublisher(installation, traffic, live, ratePerSecond);
        Follower follower = follower(publisher)) {
      follower.start();
      publisher.start();
      showCounts();
    }
  }

  /** So that the first tickets shown are judged by them. */
  private void awaitSettings() {
    try (Drain drain = quickstart.drain()) {
      while (!stop.requested() && !drain.settingsInForce()) {
        quickstart.checkHealth();
        stop.await(LOOK_AGAIN);
      }
    }
  }

  private void publishSettings() {
    try (InputStream settings = SampleTraffic.settings()) {
      new Publisher(installation, quickstart.configuration(), Clock.systemUTC())
          .publish(
              Input.SETTINGS,
              Source.stream("sample settings", settings),
              false,
              Publisher.Progress.NONE);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "cannot read the sample settings of this build: " + e, e);
    }
  }

  private Follower follower(SamplePublisher publisher) {
    return new Follower(installation)
        .on(
            Topics.ROUTING_URGENT,
            (decision, record, receivedAt) -> {
              live.decided(decision, record, receivedAt);
              show(decision, publisher);
            })
        .on(
            Topics.ROUTING_STANDARD,
            (decision, record, receivedAt) -> {
              live.decided(decision, record, receivedAt);
              show(decision, publisher);
            })
        .on(Topics.AUTO_RESPONSES, (response, record, receivedAt) -> live.autoResponses.increment())
        .on(Topics.DEAD_LETTERS, live::refused)
        .on(
            Topics.DRIFT_ALERTS,
            (alert, record, receivedAt) -> {
              if (alert.getEvent() == AlertEvent.OPENED) {
                live.alerts.increment();
              }
              screen.alert(alert);
            })
        .on(Topics.RETRAINING_TRIGGERS, (trigger, record, receivedAt) -> screen.trigger(trigger));
  }

  private void show(RoutingDecision decision, SamplePublisher publisher) {
    String subject = publisher.subject(decision.getTicketId()).orElse(decision.getTicketId());
    if (screen.decision(decision, subject)) {
      showAddresses();
    }
  }

  private void showAddresses() {
    screen.line("");
    screen.line("  Kafka      " + quickstart.cluster().bootstrapServers());
    screen.line("  Registry   " + quickstart.cluster().registryUrl());
    screen.line("  Health     " + quickstart.httpAddress() + "/readyz");
    screen.line("  Metrics    " + quickstart.httpAddress() + "/metrics");
    screen.line("");
    screen.line("Next, in another terminal:");
    screen.line(
        "  ./prefstream watch routing-urgent --bootstrap-server "
            + quickstart.cluster().bootstrapServers()
            + " --set schema-registry.url="
            + quickstart.cluster().registryUrl());
    screen.line("Ctrl-C stops.");
    screen.line("");
  }

  private void showCounts() {
    Duration every = terminal ? REDRAW : REPEAT_WITHOUT_TERMINAL;
    long before = 0;
    long shownAt = System.nanoTime();
    while (!stop.requested()) {
      stop.await(REDRAW);
      quickstart.checkHealth();
      long now = System.nanoTime();
      if (now - shownAt >= every.toNanos() && live.decisions() > 0) {
        long decisions = live.decisions();
        screen.counts(live, (decisions - before) * 1e9 / (now - shownAt));
        before = decisions;
        shownAt = now;
      }
    }
  }
}
