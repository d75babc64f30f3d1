package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.schemas.avro.ModelRef;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Successive predictions of one segment from one partition of scores: the value of the repartition
 * topic, about 13 bytes a prediction and 66 more for a sketch of its embedding. How predictions are
 * cut into batches changes nothing about what is found in them.
 *
 * @param model the model that gave all of them
 * @param recordTime time of the newest one's record, which what follows from it keeps
 * @param trace trace context of the newest; empty for none
 * @param observations at least one, at most {@link #MOST}
 */
record Batch(ModelRef model, long recordTime, String trace, List<Observation> observations) {

  /** Most predictions in a batch. */
  static final int MOST = 100;

  /** Bytes of predictions from which on a batch is full: some 25 that have sketches. */
  static final int ENOUGH_BYTES = 2_000;

  static final int FORMAT = 4;

  Batch {
    observations = List.copyOf(observations);
  }

  /** For the repartition topic. */
  @SuppressWarnings("NullAway") // Kafka's contract: null in (a tombstone), null out.
  static Serde<Batch> serde() {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : value.packed(),
        (topic, bytes) -> bytes == null ? null : unpacked(bytes));
  }

  byte[] packed() {
    return new FillingBatch(model).plus(this).packed();
  }

  static Batch unpacked(byte[] bytes) {
    try {
      Unpacker from = new Unpacker(bytes);
      int format = from.integer();
      if (format != FORMAT) {
        throw new SerializationException(
            "found observations of format %d, expected %d: let the release that wrote them work them off before the upgrade"
                .formatted(format, FORMAT));
      }
      ModelRef model = new ModelRef(from.text(), from.text(), from.text());
      long recordTime = from.number();
      String trace = from.text();
      int size = from.integer();
      List<String> origins = new ArrayList<>();
      List<Observation> observations = new ArrayList<>();
      long before = 0;
      for (int i = 0; i < size; i++) {
        int origin = from.integer();
        if (origin == origins.size()) {
          origins.add(from.text());
        }
        Observation observation = Observation.unpack(from, before, origins.get(origin));
        observations.add(observation);
        before = observation.time();
      }
      return new Batch(model, recordTime, trace, observations);
    } catch (BufferUnderflowException
        | NegativeArraySizeException
        | ArithmeticException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      throw new SerializationException(
          "found %d bytes that are no observations: write nothing into this topic but the drift monitor's own records"
              .formatted(bytes.length),
          e);
    }
  }
}
