package dev.prefstream.scorer.onnx;

/** What ONNX Runtime runs a network on. */
public enum Provider {
  /** Processor cores, one thread for each session. */
  CPU,
  /** An NVIDIA GPU by CUDA and cuDNN. */
  CUDA,
  /** An NVIDIA GPU by TensorRT, with CUDA for what it does not take. */
  TENSORRT
}
