package dev.prefstream.benchmarks;

import dev.prefstream.decision.DecisionTopology;
import dev.prefstream.drift.DriftMonitor;
import dev.prefstream.intake.IntakeTopology;
import dev.prefstream.oversight.OversightTopology;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.ScorerService;
import dev.prefstream.scorer.bundle.BundleFolders;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import dev.prefstream.streamsapp.StreamsApp;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Every stage in this process, as the quickstart runs them, with the shipped bundles. */
final class Pipeline implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(90);

  /** What can be left out, or stopped and started again while all else goes on. */
  enum Part {
    /** Routing by the scoring stage, decision and oversight. */
    DECISION(
        Map.of(
            DecisionTopology.STAGE, Topics.SCORES, OversightTopology.STAGE, Topics.DECISION_LOG)),
    DRIFT(Map.of(DriftMonitor.STAGE, Topics.SCORES));

    private final Map<String, Topic<?>> inputs;

    /**
     * @param inputs what each stage of it reads the most of
     */
    Part(Map<String, Topic<?>> inputs) {
      this.inputs = inputs;
    }
  }

  /** Every stage there is. */
  static final Set<Part> WHOLE = Set.of(Part.values());

  /**
   * A turn has no two days, for which the drift stage would wait, and a transformer scores some
   * thousand tickets of each tenant in it: references are learnt from few, before anything counts.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          KafkaOptions.INSTANCE_ID.key(),
          "b",
          "drift.seasonality",
          "none",
          "drift.reference",
          "1000",
          "drift.provisional-reference",
          "0");

  /** Predictions of a segment after which its reference stands: it is worked out by and by. */
  static final long REFERENCE_STANDS = 1_500;

  /** What may be left to do when a stage counts as having caught up: markers of transactions. */
  private static final long NEXT_TO_NOTHING = 20;

  private final BenchCluster cluster;
  private final MeterRegistry meters;
  private final List<Service> services = new ArrayList<>();
  private final Set<Part> running = ConcurrentHashMap.newKeySet();

  /** Whether the scoring stage routes tickets. */
  private volatile boolean routes;

  private Pipeline(BenchCluster cluster, MeterRegistry meters) {
    this.cluster = cluster;
    this.meters = meters;
  }

  /**
   * Starts it and blocks until every stage serves.
   *
   * @param shapes takes the batches of the tickets' model
   * @param parts that run beside intake and scoring
   * @param scorer what scores its tickets
   */
  static Pipeline start(Path home, Path folder, Shapes shapes, Set<Part> parts, Scorer scorer)
      throws Exception {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(scorer.settings());
    BenchCluster cluster = BenchCluster.start(folder, settings);
    Pipeline pipeline =
        new Pipeline(cluster, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    try {
      pipeline.services.add(pipeline.stage(IntakeTopology.STAGE));
      pipeline.services.add(
          ScorerService.serving(
              cluster.configuration(),
              cluster.installation(),
              models(home, shapes, scorer.urgency()),
              () -> pipeline.routes,
              pipeline.meters));
      pipeline.routes = parts.contains(Part.DECISION);
      parts.forEach(part -> pipeline.services.addAll(pipeline.stages(part)));
      pipeline.services.forEach(Service::start);
      pipeline.untilReady();
      pipeline.running.addAll(parts);
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

  /** Topics on which a ticket's first decision comes. */
  List<String> decisions() {
    return List.of(
        cluster.installation().name(Topics.ROUTING_URGENT),
        cluster.installation().name(Topics.ROUTING_STANDARD));
  }

  boolean runs(Part part) {
    return running.contains(part);
  }

  /** Stops the part's stages, if they run. */
  void stop(Part part) {
    if (running.remove(part)) {
      routes = running.contains(Part.DECISION);
      List<Service> stages =
          services.stream().filter(service -> part.inputs.containsKey(service.name())).toList();
      stages.forEach(Service::close);
      services.removeAll(stages);
    }
  }

  /** Starts the part's stages, if they do not run, and blocks until they have caught up. */
  void start(Part part) throws Exception {
    if (!running.contains(part)) {
      routes |= part == Part.DECISION;
      List<Service> stages = stages(part);
      services.addAll(stages);
      stages.forEach(Service::start);
      untilReady();
      for (Map.Entry<String, Topic<?>> input : part.inputs.entrySet()) {
        Waiting.until(
            input.getKey() + " to catch up",
            READY,
            () -> behind(input.getKey(), input.getValue()) <= NEXT_TO_NOTHING);
      }
      running.add(part);
    }
  }

  /**
   * Processor time of the part's own threads, in nanoseconds; what the broker does for it is not
   * among it.
   */
  long processorNanos(Part part) {
    return part.inputs.keySet().stream()
        .mapToLong(stage -> Machine.processorNanos(cluster.installation().scoped(stage) + "-"))
        .sum();
  }

  /**
   * Tickets that every stage has processed that runs after scoring; most there is when none does.
   * Each gets one record of each ticket, once it has caught up.
   */
  long processed() {
    return running.stream()
        .flatMap(part -> part.inputs.keySet().stream())
        .mapToLong(stage -> (long) Metric.PROCESSED.counter(meters, stage).count())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Records of the topic, and of those between the stage's parts, that it has not committed. */
  private long behind(String stage, Topic<?> topic) {
    try (Admin admin = Admin.create(cluster.clientConfig())) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets(cluster.installation().scoped(stage))
              .partitionsToOffsetAndMetadata()
              .get();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      committed.keySet().forEach(input -> ends.put(input, OffsetSpec.latest()));
      for (int partition = 0; partition < BenchCluster.PARTITIONS; partition++) {
        ends.put(
            new TopicPartition(cluster.installation().name(topic), partition), OffsetSpec.latest());
      }
      long behind = 0;
      for (Map.Entry<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> end :
          admin.listOffsets(ends).all().get().entrySet()) {
        OffsetAndMetadata done = committed.get(end.getKey());
        behind += end.getValue().offset() - (done == null ? 0 : done.offset());
      }
      return behind;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking how far " + stage + " is", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot tell how far " + stage + " is", e);
    }
  }

  private List<Service> stages(Part part) {
    return part.inputs.keySet().stream().map(this::stage).toList();
  }

  private Service stage(String name) {
    return name.equals(DriftMonitor.STAGE)
        ? DriftMonitor.service(cluster.configuration(), cluster.installation(), meters)
        : StreamsApp.service(name, cluster.configuration(), cluster.installation(), meters);
  }

  private void untilReady() throws Exception {
    Waiting.until(
        "every stage to be READY",
        READY,
        () -> services.stream().allMatch(s -> s.health().state() == Health.State.READY));
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
