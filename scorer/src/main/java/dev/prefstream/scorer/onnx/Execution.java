package dev.prefstream.scorer.onnx;

/**
 * How a network is run.
 *
 * @param device number of the GPU; not read on a CPU
 * @param memoryLimit most bytes of GPU memory for the arena, 0 for all; not read on a CPU
 */
public record Execution(Provider provider, int device, long memoryLimit) {

  /** On processor cores. */
  public static Execution cpu() {
    return new Execution(Provider.CPU, 0, 0);
  }
}
