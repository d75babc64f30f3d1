package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.Arm.Turn;
import dev.prefstream.benchmarks.Pipeline.Part;
import dev.prefstream.benchmarks.StageCostArm.Question;
import dev.prefstream.benchmarks.onnx.RandomTransformer;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.ScorerOptions;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Every arm, in the order of the first round. */
final class Arms {

  private static final Duration RAW_COMMIT = Duration.ofMillis(100);

  /** Tickets that keep a slow model busy and are scored within seconds. */
  private static final int FEW_AHEAD = 600;

  private final BenchOptions options;
  private final Path shared;
  private final Shipped shipped;
  private final List<TicketTexts.Text> texts;
  private final Transformer small;
  private final Transformer large;

  /**
   * @param shared folder for what one arm makes and others use
   */
  Arms(BenchOptions options, Path shared, Shipped shipped) {
    this.options = options;
    this.shared = shared;
    this.shipped = shipped;
    this.texts = shipped.texts();
    this.small = transformer("small", RandomTransformer.small());
    this.large = transformer("large", RandomTransformer.twentyMillion());
  }

  Arm named(String name) {
    return all().stream()
        .filter(arm -> arm.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("found no arm named " + name));
  }

  List<Arm> all() {
    List<Arm> arms = new ArrayList<>();
    pipeline(arms);
    pipelineOfTransformer(arms);
    pipelineOfDevice(arms);
    withoutModel(arms);
    withModel(arms);
    packing(arms);
    onRequest(arms);
    return arms;
  }

  private void pipeline(List<Arm> arms) {
    Path home = options.home();
    Scorer scorer = Scorer.shipped();
    arms.add(new PipelineArm(home, shipped, shapes("pipeline"), scorer));
    arms.add(new RawModelArm(shipped, shapes("pipeline")));
    arms.add(new HopsArm("hops", shipped, "pipeline", false));
    arms.add(new HopsArm("hops-streams", shipped, "pipeline", true));
    arms.add(new StagesArm(home, shipped));
    stages(arms, "", scorer);
    arms.add(new LoadArm(home, shipped));
    arms.add(new ReadyArm(home, shipped, options.quick ? 200 : 4_000));
  }

  /** The same around a model that takes as long as one that is worth its place. */
  private void pipelineOfTransformer(List<Arm> arms) {
    Scorer scorer = new Scorer("transformer-pipeline", opener(small), FEW_AHEAD, false);
    arms.add(new PipelineArm(options.home(), shipped, shapes("transformer-pipeline"), scorer));
    arms.add(new HopsArm("transformer-hops", shipped, "transformer-pipeline", false));
    stages(arms, "transformer-", scorer);
  }

  /** The same around a device that leaves the processor to the stages, as a GPU does. */
  private void pipelineOfDevice(List<Arm> arms) {
    Scorer scorer = new Scorer("simulated-pipeline", SimulatedDevice::model, FEW_AHEAD, true);
    stages(arms, "simulated-", scorer);
  }

  /** What stages cost and add. */
  private void stages(List<Arm> arms, String kind, Scorer scorer) {
    Part decision = Part.DECISION;
    Part drift = Part.DRIFT;
    List.of(
            new Question(kind + "decision", decision, Set.of(), Turn.FIRST_ROUND, true),
            new Question(kind + "drift", drift, Set.of(decision), Turn.FIRST_ROUND, true),
            new Question(
                kind + "decision-beside-drift", decision, Set.of(drift), Turn.ON_REQUEST, true),
            new Question(
                kind + "decision-both-compilers", decision, Set.of(), Turn.ON_REQUEST, false))
        .forEach(question -> arms.add(new StageCostArm(question, options.home(), shipped, scorer)));
  }

  private void withoutModel(List<Arm> arms) {
    arms.add(drain("scorer-noop", Scale::light, stage("scorer-noop", NoModel::new)));
    arms.add(drain("raw-loop", Scale::light, rawLoop(true)));
    arms.add(drain("raw-loop-at-least-once", Scale::light, rawLoop(false)));
  }

  private void withModel(List<Arm> arms) {
    Callable<ScoringModel> model = opener(small);
    DrainArm.Amount busy = scale -> small.rows(scale.device());
    arms.add(scoring("scorer-transformer", busy, model, made -> stage("scorer-transformer", made)));
    arms.add(new RawTransformerArm("raw-transformer", small, shapes("scorer-transformer")));
    arms.add(
        scoring(
            "scorer-at-least-once",
            busy,
            model,
            made -> new AtLeastOnceSubject("scorer-at-least-once", made)));
    arms.add(scoring("streams-per-record", busy, model, PerRecordStreams::new));
    arms.add(scoring("streams-buffer", busy, model, BufferedStreams::new));
    arms.add(
        scoring(
            "parallel-consumer",
            busy,
            model,
            made -> new ParallelConsumer(made, CommitMode.PERIODIC_TRANSACTIONAL_PRODUCER)));
    arms.add(
        scoring(
            "parallel-consumer-at-least-once",
            busy,
            model,
            made -> new ParallelConsumer(made, CommitMode.PERIODIC_CONSUMER_SYNC)));
    arms.add(
        scoring(
            "scorer-20m",
            scale -> large.rows(scale.device()),
            opener(large),
            made -> stage("scorer-20m", made)));
    arms.add(new RawTransformerArm("raw-20m", large, shapes("scorer-20m")));
    DrainArm.Amount some = scale -> scale.light() / 25;
    arms.add(drain("scorer-shipped", some, stage("scorer-shipped", this::shippedModel)));
    arms.add(poison("poison-1", some, 100));
    arms.add(poison("poison-10", some, 10));
  }

  private void packing(List<Arm> arms) {
    arms.add(
        sweep(
            "sweep-rows",
            ScorerOptions.MAX_ROWS.key(),
            "most rows in a batch",
            List.of(1, 4, 16, 64),
            Map.of(ScorerOptions.TOKEN_BUDGET.key(), "16384")));
    arms.add(
        sweep(
            "sweep-budget",
            ScorerOptions.TOKEN_BUDGET.key(),
            "budget of padded tokens",
            List.of(256, 1_024, 4_096, 16_384),
            Map.of()));
    arms.add(
        sweep(
            "sweep-sessions",
            ScorerOptions.SESSIONS.key(),
            "sessions",
            List.of(1, 2, 4),
            Map.of(ScorerOptions.TOKEN_BUDGET.key(), "1024")));
    arms.add(new SimulatedArm(texts));
    arms.add(new PaddingArm());
    arms.add(new JmhArm());
  }

  private void onRequest(List<Arm> arms) {
    arms.add(new SoakArm(options.home(), shipped, options.soakMinutes()));
    Path given = options.model;
    arms.add(
        new GpuArm(
            texts,
            given == null
                ? () -> transformer("hundred-million", RandomTransformer.hundredMillion()).bundle()
                : () -> ModelBundle.load(given),
            options.execution(),
            shapes("gpu")));
  }

  private Transformer transformer(String name, RandomTransformer form) {
    return new Transformer(form, shared.resolve(name), shipped.bundle());
  }

  private Path shapes(String arm) {
    return shared.resolve(arm + ".shapes");
  }

  private static Callable<ScoringModel> opener(Transformer transformer) {
    return () -> OnnxScoringModel.open(transformer.bundle(), Execution.cpu());
  }

  private ScoringModel shippedModel() {
    return OnnxScoringModel.open(shipped.bundle(), Execution.cpu());
  }

  private StageSubject stage(String name, Callable<ScoringModel> model) {
    return new StageSubject(name, model, Map.of(), shapes(name));
  }

  private SweepArm sweep(
      String name, String option, String axis, List<Integer> values, Map<String, String> set) {
    return new SweepArm(name, texts, small, opener(small), option, axis, values, set);
  }

  private Arm drain(String name, DrainArm.Amount amount, DrainArm.Subject subject) {
    return new DrainArm(name, texts, amount, Map.of(), 0, null, subject);
  }

  /** An arm whose process is warmed up with a model that costs nothing. */
  private Arm scoring(
      String name,
      DrainArm.Amount amount,
      Callable<ScoringModel> model,
      Function<Callable<ScoringModel>, DrainArm.Subject> subject) {
    return new DrainArm(
        name, texts, amount, Map.of(), 0, subject.apply(NoModel::new), subject.apply(model));
  }

  /** The breaker is off: here poison is to be worked through, not to stop at. */
  private Arm poison(String name, DrainArm.Amount amount, int every) {
    Map<String, String> set = Map.of(ScorerOptions.BREAKER_SHARE.key(), "1");
    return new DrainArm(
        name,
        texts,
        amount,
        set,
        every,
        null,
        new StageSubject(name, this::shippedModel, set, null));
  }

  private static DrainArm.Subject rawLoop(boolean transactional) {
    return (cluster, round) ->
        new RawLoop(
            cluster.installation(),
            "bench-raw-loop",
            cluster.installation().name(Topics.SCORING_REQUESTS),
            cluster.installation().name(Topics.SCORES),
            RAW_COMMIT,
            transactional);
  }
}
