package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.scorer.model.Task;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How a record ended, ready to be sent: with a score, and where a ticket was scored its routing; or
 * with a dead letter.
 *
 * @param task of the model that scored it; null for a dead letter
 * @param poison why it is a dead letter; null for a score
 */
record Outcome(
    List<ProducerRecord<byte[], byte[]>> output,
    @Nullable Task task,
    @Nullable PoisonReason poison) {

  static Outcome score(List<ProducerRecord<byte[], byte[]>> output, Task task) {
    return new Outcome(output, task, null);
  }

  static Outcome deadLetter(ProducerRecord<byte[], byte[]> output, PoisonReason reason) {
    return new Outcome(List.of(output), null, reason);
  }

  /** Whether it speaks against the model or the input as a whole; see {@link Breaker}. */
  boolean countsForBreaker() {
    return poison != null && poison != PoisonReason.EMPTY_TEXT;
  }
}
