package dev.prefstream.benchmarks;

import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import java.nio.file.Path;
import java.util.List;

/** What the pipeline's model and tokenizer do alone, on the pipeline's batch shapes and texts. */
final class RawModelArm implements Arm {

  private final Shipped shipped;
  private final Path shapes;

  /**
   * @param shapes file with those of the pipeline's last run
   */
  RawModelArm(Shipped shipped, Path shapes) {
    this.shipped = shipped;
    this.shapes = shapes;
  }

  @Override
  public String name() {
    return "raw-model";
  }

  @Override
  public void run(Round round) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    round.record(
        "raw-model.throughput",
        "rows/s",
        RawOnnx.rowsPerSecond(
            shipped.bundle(),
            Shapes.load(shapes),
            cores,
            round.scale().warmUp().dividedBy(4),
            round.scale().measure().dividedBy(2)));
    round.record("raw-model.tokeniser-one-thread", "rows/s", tokenise(round));
  }

  private double tokenise(Round round) {
    List<ScoringText> texts =
        shipped.texts().stream()
            .map(text -> ScoringText.of(text.subject() + "\n\n" + text.body()))
            .toList();
    try (ScoringModel model = OnnxScoringModel.open(shipped.bundle(), Execution.cpu())) {
      long warm = System.nanoTime() + round.scale().warmUp().dividedBy(4).toNanos();
      long rows = 0;
      while (System.nanoTime() - warm < 0) {
        model.encode(texts.get((int) (rows++ % texts.size())));
      }
      long begun = System.nanoTime();
      long end = begun + round.scale().measure().dividedBy(2).toNanos();
      rows = 0;
      while (System.nanoTime() - end < 0) {
        model.encode(texts.get((int) (rows++ % texts.size())));
      }
      return rows / ((System.nanoTime() - begun) / 1e9);
    }
  }
}
