package dev.prefstream.runtime.failure;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/** The three kinds of failure, and which a throwable is. */
public enum FailureKind {
  /**
   * Broker or registry away, device out of memory: retry with back-off and take no input meanwhile.
   */
  TRANSIENT,
  /** This record can never be processed: one dead letter, the stream goes on. */
  POISON,
  /** Anything else: stop with the reason, never skip. */
  BUG;

  /** Judges by the innermost exception it knows. */
  public static FailureKind of(Throwable failure) {
    FailureKind kind = BUG;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PoisonException) {
        return POISON;
      }
      if (cause instanceof RestClientException rest) {
        return ofRegistryAnswer(rest.getStatus());
      }
      if (cause instanceof RetriableException || cause instanceof IOException) {
        kind = TRANSIENT;
      } else if (cause instanceof SerializationException) {
        kind = POISON;
      }
    }
    return kind;
  }

  private static FailureKind ofRegistryAnswer(int status) {
    if (status == 404 || status == 422) {
      return POISON;
    }
    return status == 401 || status == 403 || status == 409 ? BUG : TRANSIENT;
  }
}
