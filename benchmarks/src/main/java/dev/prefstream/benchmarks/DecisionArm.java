package dev.prefstream.benchmarks;

import dev.prefstream.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What decision and oversight cost the pipeline and add to its latency. Both are stopped and
 * started again by turns while all else of the process goes on, so that each measurement with them
 * has one without them next to it, on the same warm code and within half a minute on the same
 * machine. With them a ticket's way ends at its decision, without them at its score.
 */
final class DecisionArm implements Arm {

  /** With and without, then without and with, so that of each pair another one comes first. */
  private static final int PAIRS = 5;

  private static final Duration DRAIN = Duration.ofSeconds(60);

  private final String name;
  private final Path home;
  private final Shipped shipped;
  private final Pipeline.Reach beside;
  private final PipelineArm.Scorer scorer;
  private final List<Measured> with = new ArrayList<>();
  private final List<Measured> without = new ArrayList<>();
  private double half;

  /**
   * One measurement.
   *
   * @param perSecond tickets a second at saturation
   * @param p50 and p99 in ms at half load, from the moment a ticket was due
   */
  private record Measured(double perSecond, double p50, double p99) {}

  /**
   * @param beside which stages run all the time, beside the two
   */
  DecisionArm(
      String name, Path home, Shipped shipped, Pipeline.Reach beside, PipelineArm.Scorer scorer) {
    this.name = name;
    this.home = home;
    this.shipped = shipped;
    this.beside = beside;
    this.scorer = scorer;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean asQuickstart() {
    return true;
  }

  @Override
  public Turn turn() {
    return beside == Pipeline.Reach.WHOLE ? Turn.ON_REQUEST : Turn.FIRST_ROUND;
  }

  @Override
  public void run(Round round) throws Exception {
    try (Pipeline pipeline =
            Pipeline.start(home, round.folder(), new Shapes(), beside, scorer.urgency());
        Tickets tickets = Tickets.of(pipeline.cluster(), shipped, scorer.ahead())) {
      Tickets.Arrivals scores = tickets.arrivals();
      try (CommittedReader atScores =
              new CommittedReader(
                  pipeline.cluster().clientConfig(),
                  List.of(pipeline.cluster().installation().name(Topics.SCORES)),
                  record -> scored(pipeline, tickets, scores, record));
          CommittedReader atDecisions =
              new CommittedReader(
                  pipeline.cluster().clientConfig(),
                  pipeline.decisions(),
                  record -> decided(tickets, scores, record))) {
        half = Saturation.rate(round.scale(), pipeline, tickets, () -> {}) / 2;
        for (int pair = 0; pair < PAIRS; pair++) {
          boolean first = pair % 2 == 0;
          half = with.isEmpty() ? half : with.get(pair - 1).perSecond() / 2;
          measure(first, round.scale(), pipeline, tickets);
          measure(!first, round.scale(), pipeline, tickets);
        }
      }
      tell(round, scores);
    }
  }

  private static void scored(
      Pipeline pipeline,
      Tickets tickets,
      Tickets.Arrivals scores,
      ConsumerRecord<byte[], byte[]> record) {
    if (pipeline.decides()) {
      scores.arrived(record.key());
    } else {
      tickets.decided(record);
    }
  }

  private static void decided(
      Tickets tickets, Tickets.Arrivals scores, ConsumerRecord<byte[], byte[]> record) {
    scores.passedOn(record.key());
    tickets.decided(record);
  }

  private void measure(boolean deciding, Scale scale, Pipeline pipeline, Tickets tickets)
      throws Exception {
    if (deciding) {
      pipeline.decide();
    } else {
      pipeline.decideNoMore();
    }
    Duration settle = scale.step().dividedBy(4);
    tickets.pace(half, settle);
    Waiting.until("every ticket to be through", DRAIN, tickets::allDecided);
    double perSecond =
        Saturation.rate(settle, scale.step().minus(settle), pipeline, tickets, () -> {});
    tickets.forgetLatencies();
    tickets.pace(half, settle);
    tickets.measuring(true);
    tickets.pace(half, scale.step().plus(settle));
    Waiting.until("every ticket to be through", DRAIN, tickets::allDecided);
    tickets.measuring(false);
    pipeline.check();
    (deciding ? with : without)
        .add(new Measured(perSecond, tickets.latencyMillis(50), tickets.latencyMillis(99)));
  }

  private void tell(Round round, Tickets.Arrivals scores) {
    record(
        round, "half-load", "tickets/s", with.stream().map(each -> each.perSecond() / 2).toList());
    List<Double> cost = new ArrayList<>();
    List<Double> added50 = new ArrayList<>();
    List<Double> added99 = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      Measured one = with.get(pair);
      Measured other = without.get(pair);
      cost.add(1 - one.perSecond() / other.perSecond());
      added50.add(one.p50() - other.p50());
      added99.add(one.p99() - other.p99());
    }
    record(round, "throughput-with", "tickets/s", with.stream().map(Measured::perSecond).toList());
    record(
        round,
        "throughput-without",
        "tickets/s",
        without.stream().map(Measured::perSecond).toList());
    record(round, "cost", "", cost);
    record(round, "latency-p50-with", "ms", with.stream().map(Measured::p50).toList());
    record(round, "latency-p50-without", "ms", without.stream().map(Measured::p50).toList());
    record(round, "added-p50", "ms", added50);
    record(round, "latency-p99-with", "ms", with.stream().map(Measured::p99).toList());
    record(round, "latency-p99-without", "ms", without.stream().map(Measured::p99).toList());
    record(round, "added-p99", "ms", added99);
    for (double percentile : new double[] {50, 99}) {
      round.record(
          "%s.score-with-p%.0f".formatted(name, percentile), "ms", scores.millis(percentile));
      round.record(
          "%s.score-to-decision-p%.0f".formatted(name, percentile),
          "ms",
          scores.onwardMillis(percentile));
    }
  }

  private void record(Round round, String what, String unit, List<Double> values) {
    PairedFigure.record(round, name + "." + what, unit, values);
  }
}
