package dev.prefstream.scorer.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.prefstream.scorer.bundle.ModelBundle;

/** Settings of ONNX Runtime for rows of changing number and length. */
final class SessionSettings {

  private SessionSettings() {}

  static OrtSession open(OrtEnvironment environment, ModelBundle bundle, Execution execution)
      throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      // The caller's thread does the work: threads of the runtime's own would fight over the cores.
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      // A memory plan is for one shape; ours change with every batch.
      options.setMemoryPatternOptimization(false);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      addProvider(options, execution);
      return environment.createSession(bundle.model().toString(), options);
    }
  }

  private static void addProvider(SessionOptions options, Execution execution) throws OrtException {
    switch (execution.provider()) {
      case CPU -> {
        // The default provider.
      }
      case CUDA -> addCuda(options, execution);
      case TENSORRT -> {
        try (OrtTensorRTProviderOptions tensorRt =
            new OrtTensorRTProviderOptions(execution.device())) {
          options.addTensorrt(tensorRt);
        } catch (OrtException | UnsatisfiedLinkError e) {
          throw unavailable(execution, e);
        }
        addCuda(options, execution);
      }
    }
  }

  private static void addCuda(SessionOptions options, Execution execution) throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(execution.device())) {
      // Grow by what is asked for: powers of two would double the memory of changing shapes.
      cuda.add("arena_extend_strategy", "kSameAsRequested");
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      cuda.add("do_copy_in_default_stream", "1");
      if (execution.memoryLimit() > 0) {
        cuda.add("gpu_mem_limit", Long.toString(execution.memoryLimit()));
      }
      options.addCUDA(cuda);
    } catch (OrtException | UnsatisfiedLinkError e) {
      throw unavailable(execution, e);
    }
  }

  private static ProviderException unavailable(Execution execution, Throwable cause) {
    return new ProviderException(
        "scorer.provider = %s, device %d: ONNX Runtime has %s here (%s); build with -Pgpu on a machine with an NVIDIA GPU, its driver, CUDA 12 and cuDNN 9, or set scorer.provider=cpu"
            .formatted(
                execution.provider().name().toLowerCase(java.util.Locale.ROOT),
                execution.device(),
                OnnxRuntime.providers(),
                cause.getMessage()),
        cause);
  }
}
