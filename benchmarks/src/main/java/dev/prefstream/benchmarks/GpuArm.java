package dev.prefstream.benchmarks;

import dev.prefstream.scorer.ScorerOptions;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import dev.prefstream.scorer.onnx.Provider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The scoring stage on a GPU against the bare session with the same padded shapes and against
 * itself with batches of one row. Packs as for a GPU whatever the provider, so that the arm can be
 * rehearsed on a CPU: what such a rehearsal yields carries its provider's name and counts for no
 * target.
 */
final class GpuArm implements Arm {

  private static final Duration LIMIT = Duration.ofSeconds(240);

  /** What the first probe is: a batch of usual rows. */
  private static final List<Shapes.Shape> PROBE = List.of(new Shapes.Shape(16, 168));

  private final List<TicketTexts.Text> texts;
  private final Callable<ModelBundle> bundle;
  private final Execution execution;
  private final Path shapesFile;

  GpuArm(
      List<TicketTexts.Text> texts,
      Callable<ModelBundle> bundle,
      Execution execution,
      Path shapesFile) {
    this.texts = texts;
    this.bundle = bundle;
    this.execution = execution;
    this.shapesFile = shapesFile;
  }

  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public Turn turn() {
    return Turn.ON_REQUEST;
  }

  /** Figures of a rehearsal are not those of a GPU. */
  private String figures() {
    return execution.provider() == Provider.CPU ? "gpu-rehearsed-on-cpu" : name();
  }

  @Override
  public void run(Round round) throws Exception {
    ModelBundle given = bundle.call();
    Callable<ScoringModel> model = () -> OnnxScoringModel.open(given, execution);
    Duration time = round.scale().device();
    double probed =
        RawOnnx.rowsPerSecond(given, PROBE, 1, time.dividedBy(4), time.dividedBy(4), execution);
    int records = (int) Math.max(200, probed * time.toSeconds());
    try (BenchCluster cluster = BenchCluster.start(round.folder(), Map.of());
        ScoredCount scored = new ScoredCount(cluster, LIMIT)) {
      double packed = drain(cluster, round, model, scored, 0, records, "", Map.of());
      double alone =
          drain(
              cluster,
              round,
              model,
              scored,
              records,
              Math.max(50, records / 8),
              "batch-of-one-",
              Map.of(ScorerOptions.MAX_ROWS.key(), "1"));
      record(round, "over-batch-of-one", "", packed / alone);
      double raw =
          RawOnnx.rowsPerSecond(
              given, Shapes.load(shapesFile), 1, time.dividedBy(4), time, execution);
      record(round, "raw-throughput", "rows/s", raw);
      record(round, "over-raw", "", packed / raw);
    }
  }

  private double drain(
      BenchCluster cluster,
      Round round,
      Callable<ScoringModel> model,
      ScoredCount scored,
      int from,
      int records,
      String what,
      Map<String, String> set)
      throws Exception {
    Requests.fill(cluster, texts, from, records, i -> false);
    Map<String, String> keys = new HashMap<>(set);
    // Packing, queue and number of sessions as for a GPU.
    keys.put(ScorerOptions.PROVIDER.key(), "cuda");
    StageSubject subject =
        new StageSubject(
            figures() + "." + what + "stage", model, keys, what.isEmpty() ? shapesFile : null);
    Shapes shapes = subject.shapes();
    try (DrainArm.Running running = subject.start(cluster, round)) {
      scored.await(running, from + records / 5);
      double busy = shapes.deviceSeconds();
      long tokens = shapes.tokens();
      long begunAt = scored.now();
      long begun = System.nanoTime();
      scored.await(running, from + records / 10 * 9);
      double seconds = (System.nanoTime() - begun) / 1e9;
      double rate = (scored.now() - begunAt) / seconds;
      record(round, what + "throughput", "rows/s", rate);
      record(round, what + "tokens", "tokens/s", (shapes.tokens() - tokens) / seconds);
      record(round, what + "device-busy", "", (shapes.deviceSeconds() - busy) / seconds);
      scored.await(running, from + records);
      return rate;
    }
  }

  private void record(Round round, String what, String unit, double value) {
    round.record(figures() + "." + what, unit, value);
  }
}
