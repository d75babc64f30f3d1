package dev.prefstream.benchmarks;

import dev.prefstream.runtime.service.Health;
import dev.prefstream.scorer.ScorerService;
import dev.prefstream.scorer.model.ScoringModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The real scoring stage around a model. It scores and routes nothing, as what it is held against.
 */
final class StageSubject implements DrainArm.Subject {

  private final String name;
  private final Callable<ScoringModel> model;
  private final Map<String, String> set;
  private final @Nullable Path shapesFile;
  private final Shapes shapes = new Shapes();

  /**
   * @param model opens a new one for each round
   * @param set configuration keys on top of the cluster's
   * @param shapesFile takes the shapes of the batches, and figures tell of them; null where nobody
   *     asks
   */
  StageSubject(
      String name,
      Callable<ScoringModel> model,
      Map<String, String> set,
      @Nullable Path shapesFile) {
    this.name = name;
    this.model = model;
    this.set = set;
    this.shapesFile = shapesFile;
  }

  @Override
  public DrainArm.Running start(BenchCluster cluster, Round round) throws Exception {
    ScorerService service =
        ScorerService.serving(
            cluster.configuration(set),
            cluster.installation(),
            List.of(new RecordingModel(model.call(), shapes)),
            () -> false,
            new SimpleMeterRegistry());
    // Warming up and finding the budget are not the load.
    shapes.clear();
    service.start();
    return new DrainArm.Running() {
      @Override
      public void check() {
        Health health = service.health();
        if (health.state() == Health.State.FAILED) {
          throw new IllegalStateException("the scoring stage failed: " + health.detail());
        }
      }

      @Override
      public void close() throws IOException {
        service.close();
        tell(round);
      }
    };
  }

  /** The batches so far. */
  Shapes shapes() {
    return shapes;
  }

  private void tell(Round round) throws IOException {
    if (shapesFile != null) {
      shapes.save(shapesFile);
      round.record(name + ".padding", "", shapes.efficiency());
      round.record(name + ".rows-per-batch", "rows", shapes.meanRows());
      round.record(name + ".batch-time", "ms", shapes.meanMillis());
    }
  }
}
