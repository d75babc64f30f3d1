package dev.prefstream.drift;

import dev.prefstream.schemas.avro.ModelRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link Batch} that grows, and its bytes with it: one more prediction is packed alone. Mutable;
 * one thread.
 */
final class FillingBatch {

  private final ModelRef model;
  private final List<Observation> observations = new ArrayList<>(Batch.MOST);
  private final Packer packedModel = new Packer();
  private final Packer packedObservations = new Packer();

  /** Each name that came, and its place among them: its text follows where it comes first. */
  private final Map<String, Integer> origins = new HashMap<>();

  private long recordTime;
  private String trace = "";
  private long timeBefore;

  FillingBatch(ModelRef model) {
    this.model = model;
    packedModel
        .number(Batch.FORMAT)
        .text(model.getId())
        .text(model.getVersion())
        .text(model.getHash());
  }

  ModelRef model() {
    return model;
  }

  /** Adds later predictions of the same model. */
  FillingBatch plus(Batch later) {
    recordTime = later.recordTime();
    trace = later.trace();
    later.observations().forEach(this::plus);
    return this;
  }

  private void plus(Observation observation) {
    observations.add(observation);
    Integer known = origins.putIfAbsent(observation.origin(), origins.size());
    if (known == null) {
      packedObservations.number(origins.size() - 1).text(observation.origin());
    } else {
      packedObservations.number(known);
    }
    observation.pack(packedObservations, timeBefore);
    timeBefore = observation.time();
  }

  boolean full() {
    return observations.size() >= Batch.MOST || packedObservations.size() >= Batch.ENOUGH_BYTES;
  }

  Batch batch() {
    return new Batch(model, recordTime, trace, observations);
  }

  /** As {@link Batch#unpacked} reads it. */
  byte[] packed() {
    Packer head = new Packer().number(recordTime).text(trace).number(observations.size());
    return Packer.joined(packedModel, head, packedObservations);
  }
}
