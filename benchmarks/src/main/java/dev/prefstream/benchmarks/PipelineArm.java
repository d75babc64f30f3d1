package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Figure;
import java.nio.file.Path;
import java.time.Duration;

/** The pipeline around a model: the rate at saturation, then latency at half of that. */
final class PipelineArm implements Arm {

  private static final Duration DRAIN = Duration.ofSeconds(120);

  private final String name;
  private final Path home;
  private final Shipped shipped;
  private final Path shapes;
  private final Scorer scorer;

  /**
   * @param shapes file that takes the shapes of the batches at saturation
   */
  PipelineArm(Path home, Shipped shipped, Path shapes, Scorer scorer) {
    this.name = scorer.pipeline();
    this.home = home;
    this.shipped = shipped;
    this.shapes = shapes;
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
  public void run(Round round) throws Exception {
    Shapes atWork = new Shapes();
    try (Pipeline pipeline = Pipeline.start(home, round.folder(), atWork, Pipeline.WHOLE, scorer);
        Tickets tickets = Tickets.of(pipeline.cluster(), shipped, scorer.ahead());
        CommittedReader reader =
            new CommittedReader(
                pipeline.cluster().clientConfig(), pipeline.decisions(), tickets::decided)) {
      double rate = Saturation.rate(round.scale(), pipeline, tickets, atWork::clear);
      round.record(name + ".throughput", "tickets/s", rate);
      round.record(name + ".padding", "", atWork.efficiency());
      round.record(name + ".rows-per-batch", "rows", atWork.meanRows());
      atWork.save(shapes);
      atHalf(round, pipeline, tickets, rate / 2, atWork);
      memory(round);
    }
  }

  private void atHalf(Round round, Pipeline pipeline, Tickets tickets, double rate, Shapes atWork)
      throws Exception {
    tickets.pace(rate, round.scale().warmUp().dividedBy(4));
    atWork.clear();
    tickets.measuring(true);
    tickets.pace(rate, round.scale().measure());
    Waiting.until("every ticket to be decided", DRAIN, tickets::allDecided);
    tickets.measuring(false);
    pipeline.check();
    round.record(name + ".half-load", "tickets/s", rate);
    for (double percentile : new double[] {50, 95, 99}) {
      round.record(
          "%s.latency-p%.0f".formatted(name, percentile), "ms", tickets.latencyMillis(percentile));
    }
    round.record(name + ".batch-time", "ms", atWork.meanMillis());
  }

  private void memory(Round round) {
    long pid = ProcessHandle.current().pid();
    ProcessMemory.nowMiB(pid)
        .ifPresent(mib -> round.record(Figure.of(name + ".rss-of-the-whole-bench", "MiB"), mib));
  }
}
