package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.IncidentState;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ids of erased tickets out of what is said of incidents: takes them out of the alerts
 * that are kept, and out of each word that a segment still has to say. All else passes.
 *
 * <p>A segment's chunks are not searched; an id stays there until newer predictions take its place.
 * What was erased is therefore remembered for as long as {@code erasures} keeps it, far longer than
 * a ticket is named ({@link Window#EXAMPLE_AGE}), and after that forgotten. One task; incidents are
 * as few as segments that drift, so all of them are looked through for each erasure.
 */
final class NameNoErased implements Processor<String, SpecificRecord, String, SpecificRecord> {

  /** When each ticket that may be named was erased, in stream time, in milliseconds. */
  static final String ERASED = "erased-examples";

  private static final long REMEMBERED = Topics.ERASURES.retention().toMillis();

  private final StreamClock clock;
  private long sweptDay = Long.MIN_VALUE;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable KeyValueStore<String, Long> erased;
  private @Nullable KeyValueStore<String, IncidentState> incidents;

  NameNoErased(StreamClock clock) {
    this.clock = clock;
  }

  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(ERASED), Serdes.String(), Serdes.Long());
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> newContext) {
    context = newContext;
    erased = newContext.getStateStore(ERASED);
    incidents = newContext.getStateStore(IncidentStore.INCIDENTS);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    long now = clock.now(requireNonNull(context));
    forgetOld(now);
    if (record.value() instanceof Erasure) {
      requireNonNull(erased).put(record.key(), now);
      takeOutOfKept(record.key());
      return;
    }
    if (record.value() instanceof DriftAlert word) {
      word.setExamples(
          word.getExamples().stream()
              .filter(id -> requireNonNull(erased).get(id) == null)
              .toList());
    }
    requireNonNull(context).forward(record);
  }

  private void takeOutOfKept(String ticketId) {
    List<KeyValue<String, IncidentState>> naming = new ArrayList<>();
    try (KeyValueIterator<String, IncidentState> all = requireNonNull(incidents).all()) {
      while (all.hasNext()) {
        KeyValue<String, IncidentState> entry = all.next();
        if (entry.value.getAlert().getExamples().contains(ticketId)) {
          naming.add(entry);
        }
      }
    }
    for (KeyValue<String, IncidentState> entry : naming) {
      DriftAlert alert = entry.value.getAlert();
      alert.setExamples(alert.getExamples().stream().filter(id -> !id.equals(ticketId)).toList());
      requireNonNull(incidents).put(entry.key, entry.value);
    }
  }

  /** Once a day of stream time, forgets what was erased too long ago for its id to be named. */
  private void forgetOld(long now) {
    long day = Math.floorDiv(now, IdleSegments.DAY);
    if (day <= sweptDay) {
      return;
    }
    sweptDay = day;
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, Long> all = requireNonNull(erased).all()) {
      while (all.hasNext()) {
        KeyValue<String, Long> entry = all.next();
        if (now - entry.value > REMEMBERED) {
          old.add(entry.key);
        }
      }
    }
    old.forEach(requireNonNull(erased)::delete);
  }
}
