package dev.prefstream.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.Provider;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * ONNX Runtime with nothing around it: threads, each with one intra-op thread, run batches of given
 * shapes as fast as they can. Inputs are made before the clock starts and only the logits are
 * fetched: the ceiling for whatever feeds this network.
 */
final class RawOnnx {

  /** Distinct shapes prepared at once: enough for a fair mix, little enough memory. */
  private static final int PREPARED = 400;

  private RawOnnx() {}

  /**
   * Rows a second.
   *
   * @param shapes at least one
   * @param threads as many as the stage has sessions
   */
  static double rowsPerSecond(
      ModelBundle bundle, List<Shapes.Shape> shapes, int threads, Duration warmUp, Duration time)
      throws Exception {
    return rowsPerSecond(bundle, shapes, threads, warmUp, time, Execution.cpu());
  }

  /** The same on another device, copies to it and back included. */
  static double rowsPerSecond(
      ModelBundle bundle,
      List<Shapes.Shape> shapes,
      int threads,
      Duration warmUp,
      Duration time,
      Execution execution)
      throws Exception {
    if (shapes.isEmpty()) {
      throw new IllegalStateException(
          "found no batch shapes, expected those of the arm it is compared with: run both");
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.setMemoryPatternOptimization(false);
      if (execution.provider() != Provider.CPU) {
        options.addCUDA(execution.device());
      }
      try (OrtSession session = environment.createSession(bundle.model().toString(), options)) {
        List<Prepared> prepared = prepare(environment, bundle, shapes);
        try {
          run(session, bundle, prepared, threads, warmUp);
          return run(session, bundle, prepared, threads, time);
        } finally {
          prepared.forEach(Prepared::close);
        }
      }
    }
  }

  private record Prepared(Map<String, OnnxTensor> inputs, int rows) {
    void close() {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static List<Prepared> prepare(
      OrtEnvironment environment, ModelBundle bundle, List<Shapes.Shape> shapes)
      throws OrtException {
    Random random = new Random(1);
    List<Prepared> prepared = new ArrayList<>();
    int step = Math.max(1, shapes.size() / PREPARED);
    for (int i = 0; i < shapes.size(); i += step) {
      Shapes.Shape shape = shapes.get(i);
      Map<String, OnnxTensor> inputs = new HashMap<>();
      for (String name : bundle.manifest().model().inputs()) {
        LongBuffer buffer =
            ByteBuffer.allocateDirect(shape.rows() * shape.paddedLength() * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
        while (buffer.hasRemaining()) {
          buffer.put(
              switch (name) {
                case "input_ids" -> 5 + random.nextInt(8_000);
                case "attention_mask" -> 1;
                default -> 0;
              });
        }
        buffer.flip();
        inputs.put(
            name,
            OnnxTensor.createTensor(
                environment, buffer, new long[] {shape.rows(), shape.paddedLength()}));
      }
      prepared.add(new Prepared(inputs, shape.rows()));
    }
    return prepared;
  }

  private static double run(
      OrtSession session, ModelBundle bundle, List<Prepared> prepared, int threads, Duration time)
      throws Exception {
    Set<String> output = Set.of(bundle.manifest().model().output().name());
    AtomicInteger next = new AtomicInteger();
    long begun = System.nanoTime();
    long end = begun + time.toNanos();
    Callable<Double> work =
        () -> {
          long rows = 0;
          long mine = System.nanoTime();
          while (System.nanoTime() - end < 0) {
            Prepared batch = prepared.get(Math.floorMod(next.getAndIncrement(), prepared.size()));
            session.run(batch.inputs(), output).close();
            rows += batch.rows();
          }
          return rows / ((System.nanoTime() - mine) / 1e9);
        };
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      double sum = 0;
      List<Future<Double>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(executor.submit(work));
      }
      for (Future<Double> one : all) {
        sum += one.get();
      }
      return sum;
    } finally {
      executor.shutdownNow();
    }
  }
}
