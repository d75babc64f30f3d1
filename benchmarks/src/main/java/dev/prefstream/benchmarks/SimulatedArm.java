package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Figure;
import dev.prefstream.scorer.ScorerOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The scoring stage, packing as for a GPU, before a {@link SimulatedDevice}. Tells what the
 * batching policy makes of such a device; every figure is labelled as simulated.
 */
final class SimulatedArm implements Arm {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final List<TicketTexts.Text> texts;

  SimulatedArm(List<TicketTexts.Text> texts) {
    this.texts = texts;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Turn turn() {
    return Turn.FIRST_ROUND;
  }

  @Override
  public void run(Round round) throws Exception {
    try (BenchCluster cluster = BenchCluster.start(round.folder(), Map.of());
        ScoredCount scored = new ScoredCount(cluster, LIMIT)) {
      int records = (int) (SimulatedDevice.ROWS_PER_SECOND * round.scale().device().toSeconds());
      double packed = drain(cluster, round, scored, 0, records, "packed", Map.of());
      double alone =
          drain(
              cluster,
              round,
              scored,
              records,
              records / 4,
              "batch-of-one",
              Map.of(ScorerOptions.MAX_ROWS.key(), "1"));
      round.record(Figure.simulated("simulated.packed-over-batch-of-one", ""), packed / alone);
    }
  }

  private double drain(
      BenchCluster cluster,
      Round round,
      ScoredCount scored,
      int from,
      int records,
      String what,
      Map<String, String> set)
      throws Exception {
    Requests.fill(cluster, texts, from, records, i -> false);
    Map<String, String> keys = new HashMap<>(set);
    // The provider only chooses how to pack here: the model is given.
    keys.put(ScorerOptions.PROVIDER.key(), "cuda");
    StageSubject subject =
        new StageSubject(name() + "." + what, SimulatedDevice::model, keys, null);
    Shapes shapes = subject.shapes();
    try (DrainArm.Running running = subject.start(cluster, round)) {
      scored.await(running, from + records / 5);
      double busy = shapes.deviceSeconds();
      long begunAt = scored.now();
      long begun = System.nanoTime();
      // The last fifth does not fill batches any more.
      scored.await(running, from + records / 5 * 4);
      double seconds = (System.nanoTime() - begun) / 1e9;
      double rate = (scored.now() - begunAt) / seconds;
      record(round, what + "-throughput", "rows/s", rate);
      record(round, what + "-device-busy", "", (shapes.deviceSeconds() - busy) / seconds);
      scored.await(running, from + records);
      record(round, what + "-padding", "", shapes.efficiency());
      record(round, what + "-rows-per-batch", "rows", shapes.meanRows());
      return rate;
    }
  }

  private static void record(Round round, String what, String unit, double value) {
    round.record(Figure.simulated("simulated." + what, unit), value);
  }
}
