package dev.prefstream.embedded;

import org.jspecify.annotations.Nullable;

/**
 * The embedded broker or registry could not start, or stopped by itself. The message says what was
 * found and what to do.
 */
public final class EmbeddedFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedFailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
