package dev.prefstream.benchmarks;

import dev.prefstream.runtime.service.Health;
import dev.prefstream.scorer.ScorerService;
import dev.prefstream.scorer.model.ScoringModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.Callable;

/** The real scoring stage around a model. */
final class StageSubject implements DrainArm.Subject {

  private final String name;
  private final Callable<ScoringModel> model;
  private final Shapes shapes;

  /**
   * @param model opens a new one for each round
   * @param shapes takes the shapes of the last round's batches
   */
  StageSubject(String name, Callable<ScoringModel> model, Shapes shapes) {
    this.name = name;
    this.model = model;
    this.shapes = shapes;
  }

  @Override
  public AutoCloseable start(BenchCluster cluster, Round round) throws Exception {
    ScorerService service =
        ScorerService.serving(
            cluster.configuration(),
            cluster.installation(),
            List.of(new RecordingModel(model.call(), shapes)),
            new SimpleMeterRegistry());
    // Warming up and finding the budget are not the load.
    shapes.clear();
    service.start();
    return () -> {
      Health health = service.health();
      service.close();
      if (health.state() == Health.State.FAILED) {
        throw new IllegalStateException("the scoring stage failed: " + health.detail());
      }
      round.record(name + ".padding", "", shapes.efficiency());
      round.record(name + ".rows-per-batch", "rows", shapes.meanRows());
      round.record(name + ".batch-time", "ms", shapes.meanMillis());
    };
  }
}
