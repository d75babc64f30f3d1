package dev.prefstream.benchmarks;

import static dev.prefstream.benchmarks.report.Target.Bound.AT_LEAST;
import static dev.prefstream.benchmarks.report.Target.Bound.AT_MOST;
import static dev.prefstream.benchmarks.report.Target.Bound.MORE_THAN;

import dev.prefstream.benchmarks.report.Results;
import dev.prefstream.benchmarks.report.Summary;
import dev.prefstream.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What the design promises, as figures of the arms. */
final class DesignTargets {

  private static final double MIB_OF_1500_MB = 1_500e6 / (1 << 20);

  private static final String SHIPPED = "the shipped model of 0.1 ms";
  private static final String TRANSFORMER = "a transformer of 5 ms or more";
  private static final String DEVICE = "a device beside the processor";

  private DesignTargets() {}

  static List<Target> all() {
    return List.of(
        Target.ratio(
            "scoring / raw ONNX Runtime with the same padded shapes, transformer of 5 ms a record or more",
            AT_LEAST,
            0.90,
            "scorer-transformer.throughput",
            "raw-transformer.throughput"),
        Target.ratio(
            "the same, 20 million parameters",
            AT_LEAST,
            0.90,
            "scorer-20m.throughput",
            "raw-20m.throughput"),
        Target.ratio(
            "scoring with a no-op model / raw transactional consume-produce loop",
            AT_LEAST,
            0.70,
            "scorer-noop.throughput",
            "raw-loop.throughput"),
        Target.ratio(
            "exactly once / at least once, with a model",
            AT_LEAST,
            0.95,
            "scorer-transformer.throughput",
            "scorer-at-least-once.throughput"),
        Target.figure(
            "padding efficiency on lognormal lengths, CPU packing", AT_LEAST, 0.90, "padding.cpu"),
        Target.figure(
            "padding efficiency on lognormal lengths, GPU packing", AT_LEAST, 0.90, "padding.gpu"),
        Target.ratio(
            "scoring / per-record scoring in a Kafka Streams processor, same model",
            MORE_THAN,
            1,
            "scorer-transformer.throughput",
            "streams-per-record.throughput"),
        Target.ratio(
            "scoring / Streams processor with changelogged buffer and punctuator, same model",
            MORE_THAN,
            1,
            "scorer-transformer.throughput",
            "streams-buffer.throughput"),
        Target.ratio(
            "scoring / parallel-consumer, same model",
            MORE_THAN,
            1,
            "scorer-transformer.throughput",
            "parallel-consumer.throughput"),
        Target.ratio(
            "scoring / parallel-consumer at least once, same model",
            MORE_THAN,
            1,
            "scorer-transformer.throughput",
            "parallel-consumer-at-least-once.throughput"),
        Target.ratio(
            "with 1 % poison / clean",
            AT_LEAST, 0.90, "poison-1.throughput", "scorer-shipped.throughput"),
        Target.figure(
            "healthy records in dead letters with 1 % poison", AT_MOST, 0, "poison-1.healthy-lost"),
        Target.figure(
            "healthy records in dead letters with 10 % poison",
            AT_MOST, 0, "poison-10.healthy-lost"),
        costOfDrift("", SHIPPED),
        costOfDrift("transformer-", TRANSFORMER),
        costOfDrift("simulated-", DEVICE),
        processorTimeOfDrift("", SHIPPED),
        processorTimeOfDrift("transformer-", TRANSFORMER),
        processorTimeOfDrift("simulated-", DEVICE),
        costOfDecision("", SHIPPED),
        costOfDecision("transformer-", TRANSFORMER),
        costOfDecision("simulated-", DEVICE),
        latency("", SHIPPED),
        latency("transformer-", TRANSFORMER),
        addedLatency("", SHIPPED),
        addedLatency("transformer-", TRANSFORMER),
        addedLatency("simulated-", DEVICE),
        Target.figure("pipeline p99 at half load, ms", AT_MOST, 500, "pipeline.latency-p99"),
        Target.figure("quickstart ready, s", AT_MOST, 15, "ready.all-stages"),
        Target.figure(
            "peak memory of the whole process, MiB (1.5 GB)",
            AT_MOST,
            Math.floor(MIB_OF_1500_MB),
            "ready.peak-memory"),
        Target.ratio(
            "memory: heap after GC, 30 minutes / 10 minutes under load",
            AT_MOST,
            1.1,
            "soak.heap after GC@30",
            "soak.heap after GC@10"),
        Target.figure(
            "padding efficiency of the stage before a simulated GPU",
            AT_LEAST,
            0.90,
            "simulated.packed-padding"),
        Target.figure(
            "share of time a simulated GPU is busy",
            AT_LEAST,
            0.90,
            "simulated.packed-device-busy"),
        gpu("on a GPU: pipeline / raw CUDA session", 0.92, "over-raw"),
        gpu("on a GPU: pipeline / batch of one", 10, "over-batch-of-one"),
        gpu("on a GPU: share of time the device is busy", 0.90, "device-busy"));
  }

  private static Target gpu(String what, double value, String figure) {
    return Target.figure(what, AT_LEAST, value, "gpu." + figure);
  }

  private static Target costOfDrift(String kind, String model) {
    return PairedFigure.atMost(
        "cost of the drift stage, share of the rate of all others, " + model,
        0.03,
        kind + "drift.cost");
  }

  private static Target processorTimeOfDrift(String kind, String model) {
    return PairedFigure.atMost(
        "the same, share of the processor time of a saturated pipeline, " + model,
        0.03,
        kind + "drift.processor-cost");
  }

  private static Target costOfDecision(String kind, String model) {
    return PairedFigure.atMost(
        "cost of routing, decision and oversight, share of the rate of intake and scoring, "
            + model,
        0.10,
        kind + "decision.cost");
  }

  private static Target addedLatency(String kind, String model) {
    return PairedFigure.atMost(
        "added to p99 at half load by routing, decision and oversight, ms, " + model,
        30,
        kind + "decision.added-p99");
  }

  private static Target latency(String kind, String model) {
    String p99 = kind + "pipeline.latency-p99";
    String empty = kind + "hops.latency-p99";
    String batch = kind + "pipeline.batch-time";
    return new Target(
        "pipeline p99 at half load / (p99 of three empty transactional hops + 2 x batch time), "
            + model,
        AT_MOST,
        1.25,
        results ->
            byRound(
                results,
                List.of(p99, empty, batch),
                figures -> figures.get(0) / (figures.get(1) + 2 * figures.get(2))),
        List.of(p99, empty));
  }

  /** A figure of each round in which all that it needs, in that order, was measured. */
  private static Optional<Summary> byRound(
      Results results, List<String> needs, ToDoubleFunction<List<Double>> figure) {
    List<Double> found = new ArrayList<>();
    for (int round : results.rounds(needs.get(0)).keySet()) {
      List<Double> figures = new ArrayList<>();
      for (String need : needs) {
        Double value = results.rounds(need).get(round);
        if (value != null) {
          figures.add(value);
        }
      }
      if (figures.size() == needs.size()) {
        found.add(figure.applyAsDouble(figures));
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(Summary.of(found));
  }
}
