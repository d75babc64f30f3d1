package dev.prefstream.scorer.bundle;

import java.nio.file.Path;

/**
 * A bundle that may not serve. The message names the bundle's folder, what was found, what was
 * expected and what to do.
 */
public final class BundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BundleException(Path folder, String message) {
    super("model bundle " + folder + ": " + message);
  }

  public BundleException(Path folder, String message, Throwable cause) {
    super("model bundle " + folder + ": " + message, cause);
  }
}
