package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.onnx.RandomTransformer;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.ScorerOptions;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Every arm, in the order of the first round. */
final class Arms {

  private static final Duration RAW_COMMIT = Duration.ofMillis(100);

  private Arms() {}

  /**
   * @param shared folder for what arms make once and use in every round
   */
  static List<Arm> all(Path home, Path shared, Shipped shipped, boolean quick) {
    Shapes ofPipeline = new Shapes();
    Shapes ofSmall = new Shapes();
    Shapes ofLarge = new Shapes();
    Transformer small =
        new Transformer(RandomTransformer.small(), shared.resolve("small"), shipped.bundle());
    Transformer large =
        new Transformer(
            RandomTransformer.twentyMillion(), shared.resolve("large"), shipped.bundle());
    Callable<ScoringModel> shippedModel =
        () -> OnnxScoringModel.open(shipped.bundle(), Execution.cpu());
    Callable<ScoringModel> smallModel =
        () -> OnnxScoringModel.open(small.bundle(), Execution.cpu());
    Callable<ScoringModel> largeModel =
        () -> OnnxScoringModel.open(large.bundle(), Execution.cpu());
    DrainArm.Amount most = DrainArm.light();
    DrainArm.Amount some = scale -> scale.light() / 2;
    List<TicketTexts.Text> texts = shipped.texts();
    return List.of(
        new PipelineArm("pipeline", home, shipped, ofPipeline, true),
        new RawModelArm(shipped, ofPipeline),
        new HopsArm(shipped),
        drain(
            "scorer-noop",
            texts,
            most,
            new StageSubject("scorer-noop", NoModel::new, new Shapes())),
        drain("raw-loop", texts, most, rawLoop(true)),
        drain("raw-loop-at-least-once", texts, most, rawLoop(false)),
        drain(
            "scorer-shipped",
            texts,
            some,
            new StageSubject("scorer-shipped", shippedModel, new Shapes())),
        drain(
            "scorer-transformer",
            texts,
            DrainArm.busy(small),
            new StageSubject("scorer-transformer", smallModel, ofSmall)),
        new RawTransformerArm("raw-transformer", small, ofSmall),
        drain("streams-per-record", texts, DrainArm.busy(small), new PerRecordStreams(smallModel)),
        drain(
            "scorer-20m",
            texts,
            DrainArm.busy(large),
            new StageSubject("scorer-20m", largeModel, ofLarge)),
        new RawTransformerArm("raw-20m", large, ofLarge),
        poison("poison-1", texts, some, 100, shippedModel),
        poison("poison-10", texts, some, 10, shippedModel),
        new PipelineArm("pipeline-without-drift", home, shipped, new Shapes(), false),
        new ReadyArm(home, shipped, quick ? 200 : 20_000),
        new PaddingArm());
  }

  private static Arm drain(
      String name, List<TicketTexts.Text> texts, DrainArm.Amount amount, DrainArm.Subject subject) {
    return new DrainArm(name, texts, amount, Map.of(), 0, subject);
  }

  /** The breaker is off: here poison is to be worked through, not to stop at. */
  private static Arm poison(
      String name,
      List<TicketTexts.Text> texts,
      DrainArm.Amount amount,
      int every,
      Callable<ScoringModel> model) {
    return new DrainArm(
        name,
        texts,
        amount,
        Map.of(ScorerOptions.BREAKER_SHARE.key(), "1"),
        every,
        new StageSubject(name, model, new Shapes()));
  }

  private static DrainArm.Subject rawLoop(boolean transactional) {
    return (cluster, round) ->
        new RawLoop(
            cluster.clientConfig(),
            "bench-raw-loop",
            cluster.installation().name(Topics.SCORING_REQUESTS),
            cluster.installation().name(Topics.SCORES),
            RAW_COMMIT,
            transactional);
  }
}
