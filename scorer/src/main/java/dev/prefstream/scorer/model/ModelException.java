package dev.prefstream.scorer.model;

import java.time.Duration;

/** A batch to which a model gave no answer. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why, as far as the caller must know to go on. */
  public enum Kind {
    /** The device has too little memory for the batch: try half of it. */
    OUT_OF_MEMORY,
    /** The device or server is away or overloaded: try again later. */
    UNAVAILABLE,
    /** The model fails on this batch: one of its rows may be the cause. */
    REFUSED
  }

  private final Kind kind;
  private final Duration retryAfter;

  /**
   * @param message what was found, what was expected, what to do; never customer text
   */
  public ModelException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.retryAfter = Duration.ZERO;
  }

  public ModelException(Kind kind, String message, Throwable cause) {
    this(kind, message, Duration.ZERO, cause);
  }

  /**
   * @param retryAfter how long the server asks to be left alone; zero where it does not say
   */
  public ModelException(Kind kind, String message, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** Least time to wait before the next try. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
