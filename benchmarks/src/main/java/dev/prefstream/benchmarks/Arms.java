package dev.prefstream.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** Every arm, in the order of the first round. */
final class Arms {

  private Arms() {}

  /**
   * @param shared folder for what arms make once and use in every round
   */
  static List<Arm> all(Path home, Path shared, Shipped shipped, boolean quick) {
    Shapes ofPipeline = new Shapes();
    return List.of(
        new PipelineArm("pipeline", home, shipped, ofPipeline, true),
        new RawModelArm(shipped, ofPipeline),
        new PipelineArm("pipeline-without-drift", home, shipped, new Shapes(), false),
        new ReadyArm(home, shipped, quick ? 200 : 20_000),
        new PaddingArm());
  }
}
