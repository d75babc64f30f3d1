package dev.prefstream.runtime.config;

/**
 * A configuration that cannot be used. The message names the key, what was found and where, and
 * what was expected.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
