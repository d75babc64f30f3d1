package dev.prefstream.scorer.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.Set;

/**
 * The one way to ONNX Runtime. Since 1.29 its builds for Linux and macOS send telemetry to their
 * maker unless {@code ORT_DISABLE_TELEMETRY=1} stands in the process's environment before the
 * library is loaded; on some machines the sender also ends the process with a stack overflow of its
 * own. Java cannot set its own environment, the C library can. See docs/decisions.
 */
final class OnnxRuntime {

  private static final String SWITCH = "ORT_DISABLE_TELEMETRY";

  private OnnxRuntime() {}

  private interface C extends Library {
    int setenv(String name, String value, int overwrite);
  }

  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = load();

    private static OrtEnvironment load() {
      if (!Platform.isWindows() && !"1".equals(System.getenv(SWITCH))) {
        int failed = Native.load(Platform.C_LIBRARY_NAME, C.class).setenv(SWITCH, "1", 1);
        if (failed != 0) {
          throw new IllegalStateException(
              "cannot switch ONNX Runtime's telemetry off: set %s=1 in the environment and start again"
                  .formatted(SWITCH));
        }
      }
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try {
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("cannot switch ONNX Runtime's telemetry off", e);
      }
      return environment;
    }
  }

  static OrtEnvironment environment() {
    return Holder.ENVIRONMENT;
  }

  /** Providers that this build of the runtime has. */
  static Set<OrtProvider> providers() {
    environment();
    return OrtEnvironment.getAvailableProviders();
  }
}
