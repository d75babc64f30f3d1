package dev.prefstream.runtime.service;

import org.jspecify.annotations.Nullable;

/** A port that something else listens on. */
public final class PortInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param key configuration key or option that sets the port
   */
  public PortInUseException(String host, int port, String key, @Nullable Throwable cause) {
    super(
        "%s:%d is already in use: stop what listens there, or choose another port with %s"
            .formatted(host, port, key),
        cause);
  }
}
