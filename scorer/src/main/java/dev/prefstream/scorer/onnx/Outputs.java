package dev.prefstream.scorer.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** From what the network gave to logits, or to the reason why there are none. */
final class Outputs {

  /** Words of the runtime, CUDA and the C++ library when memory runs out. */
  private static final Set<String> OUT_OF_MEMORY =
      Set.of("failed to allocate memory", "out of memory", "bad_alloc", "bad allocation");

  private Outputs() {}

  /** The outputs to ask for. */
  static Set<String> names(BundleManifest.Output output, boolean withEmbeddings) {
    BundleManifest.Embedding embedding = output.embedding();
    return withEmbeddings && embedding != null
        ? Set.of(output.name(), embedding.name())
        : Set.of(output.name());
  }

  /** Logits, and the embeddings where they were asked for. */
  static ModelSession.Answer answer(
      OrtSession.Result result, BundleManifest.Output output, int rows) throws OrtException {
    double[] logits = logits(result, output, rows);
    BundleManifest.Embedding embedding = output.embedding();
    if (embedding == null || result.get(embedding.name()).isEmpty()) {
      return new ModelSession.Answer(logits, null);
    }
    FloatBuffer floats =
        floats(result, embedding.name(), rows, embedding.size(), "model.output.embedding");
    float[][] embeddings = new float[rows][embedding.size()];
    for (float[] row : embeddings) {
      floats.get(row);
    }
    return new ModelSession.Answer(logits, embeddings);
  }

  private static double[] logits(OrtSession.Result result, BundleManifest.Output output, int rows)
      throws OrtException {
    FloatBuffer floats = floats(result, output.name(), rows, output.columns(), "model.output.kind");
    double[] logits = new double[rows];
    Arrays.setAll(
        logits,
        output.columns() == 1
            ? i -> floats.get(i)
            : i -> (double) floats.get(2 * i + 1) - floats.get(2 * i));
    return logits;
  }

  private static FloatBuffer floats(
      OrtSession.Result result, String name, int rows, int columns, String field)
      throws OrtException {
    OnnxValue value = result.get(name).orElseThrow();
    if (!(value instanceof OnnxTensor tensor)) {
      throw new ModelException(
          ModelException.Kind.REFUSED,
          "output %s is %s, expected a tensor".formatted(name, value.getInfo()));
    }
    FloatBuffer floats = tensor.getFloatBuffer();
    if (floats == null || floats.remaining() != rows * columns) {
      throw new ModelException(
          ModelException.Kind.REFUSED,
          "output %s has the type and shape %s for %d rows, expected floats of shape [%d, %d]: correct %s in bundle.json"
              .formatted(name, tensor.getInfo(), rows, rows, columns, field));
    }
    return floats;
  }

  static ModelException failure(OrtException e, int rows, int paddedLength) {
    String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean memory = OUT_OF_MEMORY.stream().anyMatch(words::contains);
    return new ModelException(
        memory ? ModelException.Kind.OUT_OF_MEMORY : ModelException.Kind.REFUSED,
        "ONNX Runtime failed on %d rows of %d tokens (%s)"
            .formatted(rows, paddedLength, e.getMessage()),
        e);
  }
}
