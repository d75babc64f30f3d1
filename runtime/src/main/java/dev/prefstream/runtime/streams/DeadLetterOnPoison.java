package dev.prefstream.runtime.streams;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.DeadLetters;
import dev.prefstream.runtime.failure.FailureKind;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A record that a processor refuses with {@link dev.prefstream.runtime.failure.PoisonException}
 * becomes a dead letter in the same transaction. Processors refuse before they change a store.
 * Everything else stops the task.
 */
public final class DeadLetterOnPoison implements ProcessingExceptionHandler {

  private @Nullable StageRefusals refusals;

  @Override
  public void configure(Map<String, ?> configs) {
    refusals = StageRefusals.from(configs);
  }

  @Override
  public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
    if (FailureKind.of(failure) != FailureKind.POISON) {
      return Response.fail();
    }
    return Response.resume(
        List.of(
            requireNonNull(refusals)
                .refuse(
                    new DeadLetters.Origin(
                        context.topic(),
                        context.partition(),
                        context.offset(),
                        context.timestamp(),
                        context.headers(),
                        context.sourceRawKey(),
                        context.sourceRawValue()),
                    failure)));
  }
}
