package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.schemas.avro.ReferenceReset;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Keeps the last request to learn each segment's reference anew where every task sees it. */
final class KeepResets implements Processor<String, ReferenceReset, Void, Void> {

  private @Nullable KeyValueStore<String, ReferenceReset> store;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    store = context.getStateStore(WatchSegments.RESETS);
  }

  @Override
  public void process(Record<String, ReferenceReset> record) {
    if (record.key() != null && record.value() != null) {
      requireNonNull(store).put(record.key(), record.value());
    }
  }
}
