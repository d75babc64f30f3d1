package dev.prefstream.decision;

import static java.util.Objects.requireNonNull;

import dev.prefstream.schemas.avro.SettingsInForce;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Puts settings that passed the gate in force for the decisions of its task. */
final class SettingsKeeper implements Processor<String, SettingsInForce, Void, Void> {

  private @Nullable KeyValueStore<String, SettingsInForce> settings;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    settings = context.getStateStore(DecisionStores.SETTINGS);
  }

  @Override
  public void process(Record<String, SettingsInForce> record) {
    requireNonNull(settings).put(record.key(), record.value());
  }
}
