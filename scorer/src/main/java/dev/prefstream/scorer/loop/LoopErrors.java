package dev.prefstream.scorer.loop;

import java.util.List;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Which failures of a transaction no replay can mend. */
final class LoopErrors {

  private static final List<Class<? extends RuntimeException>> FATAL =
      List.of(
          AuthenticationException.class,
          AuthorizationException.class,
          UnsupportedVersionException.class,
          InvalidConfigurationException.class,
          InvalidTopicException.class,
          RecordTooLargeException.class,
          SerializationException.class,
          LoopFailure.class);

  private LoopErrors() {}

  /** Whether the failure, or what caused it, comes back however often it is tried. */
  static boolean fatal(Throwable failure) {
    return FATAL.stream().anyMatch(type -> has(type, failure));
  }

  /** Whether the failure, or what caused it, is of the type. */
  static boolean has(Class<? extends Throwable> type, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
