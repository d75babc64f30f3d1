package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.schemas.avro.ModelRef;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Successive predictions of one segment from one partition of scores: the value of the repartition
 * topic, about 12 bytes a prediction and 66 more for a sketch of its embedding. How predictions are
 * cut into batches changes nothing about what is found in them.
 *
 * @param model the model that gave all of them
 * @param recordTime time of the newest one's record, which what follows from it keeps
 * @param trace trace context of the newest; empty for none
 * @param observations at least one, at most {@link #MOST}
 */
record Batch(ModelRef model, long recordTime, String trace, List<Observation> observations) {

  /** Most predictions in a batch. */
  static final int MOST = Chunk.SIZE;

  private static final int FORMAT = 3;

  /** The format before embeddings, which a release before may have left in the topic. */
  private static final int WITHOUT_SKETCHES = 2;

  Batch {
    observations = List.copyOf(observations);
  }

  /** With the later predictions of another, of the same model. */
  Batch plus(Batch later) {
    List<Observation> more = new ArrayList<>(observations);
    more.addAll(later.observations);
    return new Batch(model, later.recordTime, later.trace, more);
  }

  /** For a part of the stream, where all have the same origin. */
  Batch withoutOrigins() {
    return new Batch(
        model, recordTime, trace, observations.stream().map(Observation::withoutOrigin).toList());
  }

  boolean full() {
    return observations.size() >= MOST;
  }

  /** For the repartition topic and the store of batches that are not full. */
  @SuppressWarnings("NullAway") // Kafka's contract: null in (a tombstone), null out.
  static Serde<Batch> serde() {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : value.packed(),
        (topic, bytes) -> bytes == null ? null : unpacked(bytes));
  }

  byte[] packed() {
    Packer to =
        new Packer()
            .number(FORMAT)
            .text(model.getId())
            .text(model.getVersion())
            .text(model.getHash())
            .number(recordTime)
            .text(trace)
            .number(observations.size());
    Map<String, Integer> origins = new LinkedHashMap<>();
    observations.forEach(o -> origins.putIfAbsent(o.origin(), origins.size()));
    to.number(origins.size());
    origins.keySet().forEach(to::text);
    boolean sketches = observations.stream().anyMatch(o -> o.sketch() != null);
    to.flag(sketches);
    long before = 0;
    for (Observation observation : observations) {
      to.number(origins.getOrDefault(observation.origin(), 0));
      observation.pack(to, before, sketches);
      before = observation.time();
    }
    return to.packed();
  }

  static Batch unpacked(byte[] bytes) {
    try {
      Unpacker from = new Unpacker(bytes);
      int format = from.integer();
      if (format != FORMAT && format != WITHOUT_SKETCHES) {
        throw new SerializationException(
            "found observations of format %d, expected %d: let the release that wrote them work them off before the upgrade"
                .formatted(format, FORMAT));
      }
      ModelRef model = new ModelRef(from.text(), from.text(), from.text());
      long recordTime = from.number();
      String trace = from.text();
      int size = from.integer();
      int names = from.integer();
      List<String> origins = new ArrayList<>();
      for (int i = 0; i < names; i++) {
        origins.add(from.text());
      }
      boolean sketches = format != WITHOUT_SKETCHES && from.flag();
      List<Observation> observations = new ArrayList<>();
      long before = 0;
      for (int i = 0; i < size; i++) {
        String origin = origins.get(from.integer());
        Observation observation = Observation.unpack(from, before, origin, sketches);
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
