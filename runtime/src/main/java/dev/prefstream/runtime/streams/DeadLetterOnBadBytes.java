package dev.prefstream.runtime.streams;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.DeadLetters;
import dev.prefstream.runtime.failure.FailureKind;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are no record of their topic become a dead letter in the same transaction; a registry
 * that is away stops the task.
 */
public final class DeadLetterOnBadBytes implements DeserializationExceptionHandler {

  private @Nullable StageRefusals refusals;

  @Override
  public void configure(Map<String, ?> configs) {
    refusals = StageRefusals.from(configs);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
    if (FailureKind.of(failure) != FailureKind.POISON) {
      return Response.fail();
    }
    StageRefusals stage = requireNonNull(refusals);
    stage.received(); // No processor will see it.
    return Response.resume(
        List.of(
            stage.refuse(
                new DeadLetters.Origin(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.timestamp(),
                    record.headers(),
                    record.key(),
                    record.value()),
                failure)));
  }
}
