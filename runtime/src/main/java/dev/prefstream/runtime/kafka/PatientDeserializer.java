package dev.prefstream.runtime.kafka;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.prefstream.runtime.failure.FailureKind;
import java.time.Duration;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks and retries with back-off while the registry is away, so that a healthy record is never
 * taken for a bad one. Gives up after two minutes, well inside {@code max.poll.interval.ms}, with
 * the last exception; the caller then backs off as for any TRANSIENT failure.
 */
final class PatientDeserializer<V> implements Deserializer<V> {

  private static final Logger log = LoggerFactory.getLogger(PatientDeserializer.class);

  private final Deserializer<V> inner;
  private final RetryPolicy<V> retries =
      RetryPolicy.<V>builder()
          .handleIf(failure -> FailureKind.of(failure) == FailureKind.TRANSIENT)
          .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(5))
          .withMaxRetries(-1)
          .withMaxDuration(Duration.ofMinutes(2))
          .onRetry(
              event ->
                  log.atWarn()
                      .addKeyValue("attempt", event.getAttemptCount())
                      .addKeyValue("cause", String.valueOf(event.getLastException()))
                      .log("schema registry cannot be reached, waiting"))
          .build();

  PatientDeserializer(Deserializer<V> inner) {
    this.inner = inner;
  }

  @Override
  public V deserialize(String topic, byte[] bytes) {
    try {
      return inner.deserialize(topic, bytes);
    } catch (RuntimeException e) {
      if (FailureKind.of(e) != FailureKind.TRANSIENT) {
        throw e;
      }
    }
    try {
      return Failsafe.with(retries).get(() -> inner.deserialize(topic, bytes));
    } catch (FailsafeException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    inner.close();
  }
}
