package dev.prefstream.benchmarks;

import dev.prefstream.drift.DriftMonitor;
import dev.prefstream.intake.IntakeTopology;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.ScorerService;
import dev.prefstream.scorer.bundle.BundleFolders;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import dev.prefstream.streamsapp.StreamsApp;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Every stage in this process, as the quickstart runs them, with the shipped bundles. */
final class Pipeline implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(90);

  /** Which stages run. */
  enum Reach {
    /** All. */
    WHOLE,
    /** All but the drift stage. */
    WITHOUT_DRIFT,
    /** Intake and scoring. */
    TO_SCORES
  }

  private final BenchCluster cluster;
  private final List<Service> services;
  private final Reach reach;

  private Pipeline(BenchCluster cluster, List<Service> services, Reach reach) {
    this.cluster = cluster;
    this.services = services;
    this.reach = reach;
  }

  /**
   * Starts it and blocks until every stage serves.
   *
   * @param shapes takes the batches of the tickets' model
   * @param urgency opens the tickets' model; null for the shipped one
   */
  static Pipeline start(
      Path home, Path folder, Shapes shapes, Reach reach, @Nullable Callable<ScoringModel> urgency)
      throws Exception {
    BenchCluster cluster = BenchCluster.start(folder, Map.of(KafkaOptions.INSTANCE_ID.key(), "b"));
    List<Service> services = new ArrayList<>();
    Pipeline pipeline = new Pipeline(cluster, services, reach);
    try {
      PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      StreamsApp.services(cluster.configuration(), cluster.installation(), meters).stream()
          .filter(stage -> reach != Reach.TO_SCORES || stage.name().equals(IntakeTopology.STAGE))
          .forEach(services::add);
      services.add(
          ScorerService.serving(
              cluster.configuration(),
              cluster.installation(),
              models(home, shapes, urgency),
              meters));
      if (reach == Reach.WHOLE) {
        services.add(DriftMonitor.service(cluster.configuration(), cluster.installation(), meters));
      }
      services.forEach(Service::start);
      Waiting.until(
          "every stage to be READY",
          READY,
          () -> services.stream().allMatch(s -> s.health().state() == Health.State.READY));
      return pipeline;
    } catch (Exception e) {
      pipeline.close();
      throw e;
    }
  }

  private static List<ScoringModel> models(
      Path home, Shapes shapes, @Nullable Callable<ScoringModel> urgency) throws Exception {
    List<ScoringModel> models = new ArrayList<>();
    for (Map.Entry<Task, ModelBundle> bundle :
        BundleFolders.load(List.of(home.resolve("models").toString())).entrySet()) {
      if (bundle.getKey() == Task.TICKET_URGENCY) {
        ScoringModel tickets = urgency == null ? open(bundle.getValue()) : urgency.call();
        models.add(new RecordingModel(tickets, shapes));
      } else {
        models.add(open(bundle.getValue()));
      }
    }
    return models;
  }

  private static ScoringModel open(ModelBundle bundle) {
    return OnnxScoringModel.open(bundle, Execution.cpu());
  }

  BenchCluster cluster() {
    return cluster;
  }

  /** Topics on which a ticket's first decision comes, or its score where nothing decides. */
  List<String> decisions() {
    if (reach == Reach.TO_SCORES) {
      return List.of(cluster.installation().name(Topics.SCORES));
    }
    return List.of(
        cluster.installation().name(Topics.ROUTING_URGENT),
        cluster.installation().name(Topics.ROUTING_STANDARD));
  }

  /**
   * @throws IllegalStateException when a stage has stopped by itself
   */
  void check() {
    for (Service service : services) {
      if (service.health().state() == Health.State.FAILED) {
        throw new IllegalStateException(
            "the stage %s failed: %s".formatted(service.name(), service.health().detail()));
      }
    }
  }

  @Override
  public void close() {
    List<Service> reversed = new ArrayList<>(services);
    Collections.reverse(reversed);
    reversed.forEach(Service::close);
    cluster.close();
  }
}
