package dev.prefstream.benchmarks;

import java.nio.file.Path;

/** Bare ONNX Runtime on the batch shapes that the scoring stage gave the same network. */
final class RawTransformerArm implements Arm {

  private final String name;
  private final Transformer transformer;
  private final Path shapes;

  RawTransformerArm(String name, Transformer transformer, Path shapes) {
    this.name = name;
    this.transformer = transformer;
    this.shapes = shapes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run(Round round) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    double rows =
        RawOnnx.rowsPerSecond(
            transformer.bundle(),
            Shapes.load(shapes),
            cores,
            round.scale().device().dividedBy(10),
            round.scale().device());
    round.record(name + ".throughput", "rows/s", rows);
    round.record(name + ".time-per-row-and-core", "ms", cores * 1e3 / rows);
  }
}
