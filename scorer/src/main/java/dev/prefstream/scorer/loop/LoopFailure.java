package dev.prefstream.scorer.loop;

/** Why the loop stops for good. The message says what was found and what to do. */
final class LoopFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LoopFailure(String message) {
    super(message);
  }

  LoopFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
