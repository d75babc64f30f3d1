package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Figure;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Latency of the whole pipeline against the load offered, up to the saturating rate that the same
 * process reached before. A ticket's time begins when it was due.
 */
final class LoadArm implements Arm {

  static final double[] SHARES = {0.1, 0.25, 0.5, 0.7, 0.85, 1.0};

  private static final String AXIS = "load offered, share of the saturating rate";
  private static final Duration DRAIN = Duration.ofSeconds(60);

  private final Path home;
  private final Shipped shipped;

  LoadArm(Path home, Shipped shipped) {
    this.home = home;
    this.shipped = shipped;
  }

  @Override
  public String name() {
    return "load";
  }

  @Override
  public boolean asQuickstart() {
    return true;
  }

  @Override
  public Turn turn() {
    return Turn.FIRST_ROUND;
  }

  @Override
  public void run(Round round) throws Exception {
    try (Pipeline pipeline =
            Pipeline.start(home, round.folder(), new Shapes(), Pipeline.WHOLE, Scorer.shipped());
        Tickets tickets = Tickets.of(pipeline.cluster(), shipped, Tickets.MANY_AHEAD);
        CommittedReader reader =
            new CommittedReader(
                pipeline.cluster().clientConfig(), pipeline.decisions(), tickets::decided)) {
      double rate = Saturation.rate(round.scale(), pipeline, tickets, () -> {});
      round.record("load.saturating-rate", "tickets/s", rate);
      for (double share : SHARES) {
        Waiting.until("every ticket to be decided", DRAIN, tickets::allDecided);
        tickets.forgetLatencies();
        tickets.pace(rate * share, round.scale().step().dividedBy(4));
        tickets.measuring(true);
        tickets.pace(rate * share, round.scale().step());
        Waiting.until("every ticket to be decided", DRAIN, tickets::allDecided);
        tickets.measuring(false);
        pipeline.check();
        for (double percentile : new double[] {50, 99, 99.9}) {
          String series = percentile == 99.9 ? "p99.9" : "p%.0f".formatted(percentile);
          round.record(
              Figure.point("load", new Figure.Point(series, AXIS, share), "ms"),
              tickets.latencyMillis(percentile));
        }
      }
    }
  }
}
