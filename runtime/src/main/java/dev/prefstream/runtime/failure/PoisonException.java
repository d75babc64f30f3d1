package dev.prefstream.runtime.failure;

/** A record that can never be processed. It becomes one dead letter; the stream goes on. */
public final class PoisonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final PoisonReason reason;

  /**
   * @param message what was found, what was expected, what to do; never customer text
   */
  public PoisonException(PoisonReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public PoisonException(PoisonReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public PoisonReason reason() {
    return reason;
  }
}
