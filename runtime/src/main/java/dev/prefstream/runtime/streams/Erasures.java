package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.avro.Erasure;
import org.apache.kafka.streams.processor.api.Record;

/** What stages read off records of the topic {@code erasures}. */
public final class Erasures {

  private Erasures() {}

  /**
   * The ticket to be forgotten.
   *
   * @throws PoisonException when the key is missing
   */
  public static String ticketId(Record<String, Erasure> record) {
    if (record.key() == null || record.key().isBlank()) {
      throw new PoisonException(
          PoisonReason.MISSING_ID,
          "the key is missing, expected the ticket_id: publish erasures with their ticket_id as key");
    }
    return record.key();
  }
}
