package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Figure;
import dev.prefstream.scorer.model.ScoringModel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The scoring stage with one of its options at one value after another, on one broker: the rate
 * over the second half of as many records as each value is given.
 */
final class SweepArm implements Arm {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final String name;
  private final List<TicketTexts.Text> texts;
  private final Callable<ScoringModel> model;
  private final Transformer transformer;
  private final String option;
  private final String axis;
  private final List<Integer> values;
  private final Map<String, String> set;

  /**
   * @param option configuration key that takes the values
   * @param axis what they count
   * @param set keys that stay the same
   */
  SweepArm(
      String name,
      List<TicketTexts.Text> texts,
      Transformer transformer,
      Callable<ScoringModel> model,
      String option,
      String axis,
      List<Integer> values,
      Map<String, String> set) {
    this.name = name;
    this.texts = texts;
    this.transformer = transformer;
    this.model = model;
    this.option = option;
    this.axis = axis;
    this.values = values;
    this.set = set;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Turn turn() {
    return Turn.FIRST_ROUND;
  }

  @Override
  public void run(Round round) throws Exception {
    int records = transformer.rows(round.scale().step());
    try (BenchCluster cluster = BenchCluster.start(round.folder(), Map.of());
        ScoredCount scored = new ScoredCount(cluster, LIMIT)) {
      int from = 0;
      for (int value : values) {
        Map<String, String> keys = new HashMap<>(set);
        keys.put(option, Integer.toString(value));
        StageSubject subject = new StageSubject(name, model, keys, null);
        Requests.fill(cluster, texts, from, records, i -> false);
        long half = from + records / 2;
        from += records;
        long all = from;
        try (DrainArm.Running running = subject.start(cluster, round)) {
          scored.await(running, half);
          long begun = System.nanoTime();
          long begunAt = scored.now();
          scored.await(running, all);
          double rate = (scored.now() - begunAt) / ((System.nanoTime() - begun) / 1e9);
          record(round, "throughput", "rows/s", value, rate);
          record(round, "padding", "", value, subject.shapes().efficiency());
        }
      }
    }
  }

  private void record(Round round, String series, String unit, int at, double value) {
    round.record(Figure.point(name, new Figure.Point(series, axis, at), unit), value);
  }
}
