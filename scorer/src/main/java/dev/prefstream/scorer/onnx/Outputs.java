package dev.prefstream.scorer.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.model.ModelException;
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

  static double[] logits(OrtSession.Result result, BundleManifest.Output output, int rows)
      throws OrtException {
    OnnxValue value = result.get(0);
    if (!(value instanceof OnnxTensor tensor)) {
      throw new ModelException(
          ModelException.Kind.REFUSED,
          "output %s is %s, expected a tensor".formatted(output.name(), value.getInfo()));
    }
    FloatBuffer floats = tensor.getFloatBuffer();
    if (floats == null || floats.remaining() != rows * output.columns()) {
      throw new ModelException(
          ModelException.Kind.REFUSED,
          "output %s has the type and shape %s for %d rows, expected floats of shape [%d, %d]: correct model.output.kind in bundle.json"
              .formatted(output.name(), tensor.getInfo(), rows, rows, output.columns()));
    }
    double[] logits = new double[rows];
    Arrays.setAll(
        logits,
        output.columns() == 1
            ? i -> floats.get(i)
            : i -> (double) floats.get(2 * i + 1) - floats.get(2 * i));
    return logits;
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
