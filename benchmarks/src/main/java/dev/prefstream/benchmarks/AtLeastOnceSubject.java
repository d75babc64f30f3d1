package dev.prefstream.benchmarks;

import dev.prefstream.scorer.ScorerService;
import dev.prefstream.scorer.loop.AtLeastOnceStage;
import dev.prefstream.scorer.model.BudgetCalibration;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.WarmUp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.Callable;

/** The scoring stage's parts without transactions around a model, made ready as the stage is. */
final class AtLeastOnceSubject implements DrainArm.Subject {

  private final String name;
  private final Callable<ScoringModel> model;

  AtLeastOnceSubject(String name, Callable<ScoringModel> model) {
    this.name = name;
    this.model = model;
  }

  @Override
  public DrainArm.Running start(BenchCluster cluster, Round round) throws Exception {
    Shapes shapes = new Shapes();
    ScoringModel scoring = new RecordingModel(model.call(), shapes);
    int budget = BudgetCalibration.measure(scoring);
    WarmUp.run(scoring, budget);
    shapes.clear();
    AtLeastOnceStage stage =
        new AtLeastOnceStage(
            ScorerService.settings(cluster.configuration(), budget),
            cluster.installation(),
            List.of(scoring),
            new SimpleMeterRegistry());
    return new DrainArm.Running() {
      @Override
      public void check() {
        stage.check();
      }

      @Override
      public void close() {
        stage.close();
        round.record(name + ".rows-per-batch", "rows", shapes.meanRows());
        round.record(name + ".batch-time", "ms", shapes.meanMillis());
      }
    };
  }
}
