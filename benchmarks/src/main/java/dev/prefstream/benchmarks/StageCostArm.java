package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.Pipeline.Part;
import dev.prefstream.benchmarks.report.Figure;
import dev.prefstream.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a part of the stages costs the pipeline and adds to its latency. Its stages are stopped and
 * started again by turns while all else of the process goes on, so that each measurement with them
 * has one without them next to it, on the same warm code and within half a minute on the same
 * machine. A ticket's way ends at its routing, or at its score while nothing is routed.
 */
final class StageCostArm implements Arm {

  /** With and without, then without and with, so that of each pair another one comes first. */
  private static final int PAIRS = 5;

  private static final Duration DRAIN = Duration.ofSeconds(60);

  /** Until Java's second compiler has little left to do. */
  private static final int WARM_UPS_OF_BOTH_COMPILERS = 3;

  private final Question question;
  private final Path home;
  private final Shipped shipped;
  private final Scorer scorer;
  private final List<Measured> with = new ArrayList<>();
  private final List<Measured> without = new ArrayList<>();
  private double half;

  /**
   * One measurement.
   *
   * @param perSecond tickets a second at saturation
   * @param micros of processor time, of the whole process, for each of them
   * @param own of these, the ones of the part's own threads
   * @param p50 and p99 in ms at half load, from the moment a ticket was due
   */
  private record Measured(double perSecond, double micros, double own, double p50, double p99) {}

  /**
   * What is asked.
   *
   * @param part what is stopped and started
   * @param beside what runs all the time, beside intake and scoring
   * @param asQuickstart with Java's first compiler only; else with both, as a service that runs for
   *     long
   */
  record Question(String name, Part part, Set<Part> beside, Turn turn, boolean asQuickstart) {}

  StageCostArm(Question question, Path home, Shipped shipped, Scorer scorer) {
    this.question = question;
    this.home = home;
    this.shipped = shipped;
    this.scorer = scorer;
  }

  @Override
  public String name() {
    return question.name();
  }

  @Override
  public boolean asQuickstart() {
    return question.asQuickstart();
  }

  @Override
  public Turn turn() {
    return question.turn();
  }

  @Override
  public void run(Round round) throws Exception {
    Set<Part> all = EnumSet.of(question.part());
    all.addAll(question.beside());
    try (Pipeline pipeline = Pipeline.start(home, round.folder(), new Shapes(), all, scorer);
        Tickets tickets = Tickets.of(pipeline.cluster(), shipped, scorer.ahead());
        CommittedReader atScores =
            new CommittedReader(
                pipeline.cluster().clientConfig(),
                List.of(pipeline.cluster().installation().name(Topics.SCORES)),
                record -> scored(pipeline, tickets, record));
        CommittedReader atDecisions =
            new CommittedReader(
                pipeline.cluster().clientConfig(), pipeline.decisions(), tickets::decided)) {
      warmUp(round.scale(), pipeline, tickets);
      for (int pair = 0; pair < PAIRS; pair++) {
        boolean first = pair % 2 == 0;
        half = with.isEmpty() ? half : with.get(pair - 1).perSecond() / 2;
        measure(first, round.scale(), pipeline, tickets);
        measure(!first, round.scale(), pipeline, tickets);
      }
    }
    tell(round);
  }

  /** Until the code is warm, and what drift compares with is worked out. */
  private void warmUp(Scale scale, Pipeline pipeline, Tickets tickets) throws Exception {
    int times = question.asQuickstart() ? 1 : WARM_UPS_OF_BOTH_COMPILERS;
    long least = pipeline.runs(Part.DRIFT) ? Pipeline.REFERENCE_STANDS : 0;
    for (int done = 0; done < times || !tickets.eachTenantHas(least); done++) {
      half = Saturation.rate(scale, pipeline, tickets, () -> {}) / 2;
    }
  }

  private static void scored(
      Pipeline pipeline, Tickets tickets, ConsumerRecord<byte[], byte[]> record) {
    if (!pipeline.runs(Part.DECISION)) {
      tickets.decided(record);
    }
  }

  private void measure(boolean running, Scale scale, Pipeline pipeline, Tickets tickets)
      throws Exception {
    if (running) {
      pipeline.start(question.part());
    } else {
      pipeline.stop(question.part());
    }
    Duration settle = scale.step().dividedBy(4);
    tickets.pace(half, settle);
    Waiting.until("every ticket to be through", DRAIN, tickets::allDecided);
    Saturation.Found most =
        Saturation.find(settle, scale.step().minus(settle), pipeline, tickets, () -> {});
    tickets.forgetLatencies();
    tickets.pace(half, settle);
    tickets.measuring(true);
    tickets.pace(half, scale.step().plus(settle));
    Waiting.until("every ticket to be through", DRAIN, tickets::allDecided);
    tickets.measuring(false);
    pipeline.check();
    (running ? with : without)
        .add(
            new Measured(
                most.perSecond(),
                most.microsEach(),
                most.microsOf().getOrDefault(question.part(), 0.0),
                tickets.latencyMillis(50),
                tickets.latencyMillis(99)));
  }

  private void tell(Round round) {
    record(
        round, "half-load", "tickets/s", with.stream().map(each -> each.perSecond() / 2).toList());
    List<Double> cost = new ArrayList<>();
    List<Double> processorCost = new ArrayList<>();
    List<Double> added50 = new ArrayList<>();
    List<Double> added99 = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      Measured one = with.get(pair);
      Measured other = without.get(pair);
      cost.add(1 - one.perSecond() / other.perSecond());
      processorCost.add(1 - other.micros() / one.micros());
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
    record(round, "processor-with", "us/ticket", with.stream().map(Measured::micros).toList());
    record(
        round, "processor-without", "us/ticket", without.stream().map(Measured::micros).toList());
    record(round, "processor-cost", "", processorCost);
    record(round, "own", "us/ticket", with.stream().map(Measured::own).toList());
    record(round, "own-share", "", with.stream().map(each -> each.own() / each.micros()).toList());
    record(round, "latency-p50-with", "ms", with.stream().map(Measured::p50).toList());
    record(round, "latency-p50-without", "ms", without.stream().map(Measured::p50).toList());
    record(round, "added-p50", "ms", added50);
    record(round, "latency-p99-with", "ms", with.stream().map(Measured::p99).toList());
    record(round, "latency-p99-without", "ms", without.stream().map(Measured::p99).toList());
    record(round, "added-p99", "ms", added99);
  }

  private void record(Round round, String what, String unit, List<Double> values) {
    PairedFigure.record(round, figure(what, unit), values);
  }

  private Figure figure(String what, String unit) {
    String id = question.name() + "." + what;
    return scorer.simulated() ? Figure.simulated(id, unit) : Figure.of(id, unit);
  }
}
