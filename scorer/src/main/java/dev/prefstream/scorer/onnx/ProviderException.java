package dev.prefstream.scorer.onnx;

/** An execution provider that this machine or build lacks. The message says what to do. */
public final class ProviderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProviderException(String message, Throwable cause) {
    super(message, cause);
  }
}
