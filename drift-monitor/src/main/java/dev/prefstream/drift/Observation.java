package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.schemas.avro.ModelRef;
import java.nio.BufferUnderflowException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * One prediction on its way to the statistics of a segment: the value of the repartition topic,
 * about 130 bytes, most of them the model's hash, which batch compression folds.
 *
 * @param ticketId the ticket, for evidence
 * @param score calibrated score in [0, 1]
 * @param eventTime when the customer wrote the ticket, but not after it was scored; milliseconds
 * @param model the model that gave the score
 */
record Observation(String ticketId, double score, long eventTime, ModelRef model) {

  private static final int FORMAT = 1;

  /** For the repartition topic. */
  static Serde<Observation> serde() {
    return Serdes.serdeFrom((topic, value) -> value.packed(), (topic, bytes) -> unpacked(bytes));
  }

  byte[] packed() {
    return new Packer()
        .number(FORMAT)
        .text(ticketId)
        .decimal(score)
        .number(eventTime)
        .text(model.getId())
        .text(model.getVersion())
        .text(model.getHash())
        .packed();
  }

  static Observation unpacked(byte[] bytes) {
    try {
      Unpacker from = new Unpacker(bytes);
      int format = from.integer();
      if (format != FORMAT) {
        throw new SerializationException(
            "found an observation of format %d, expected %d: upgrade the drift monitor"
                .formatted(format, FORMAT));
      }
      return new Observation(
          from.text(),
          from.decimal(),
          from.number(),
          new ModelRef(from.text(), from.text(), from.text()));
    } catch (BufferUnderflowException | NegativeArraySizeException | ArithmeticException e) {
      throw new SerializationException(
          "found %d bytes that are no observation: write nothing into this topic but the drift monitor's own records"
              .formatted(bytes.length),
          e);
    }
  }
}
