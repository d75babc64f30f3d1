package dev.prefstream.intake;

import static java.util.Objects.requireNonNull;

import dev.prefstream.policy.records.SettingsRules;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.SettingsInForce;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force, all tenants in every task. Small, so in memory over a changelog. One
 * thread only.
 */
final class TenantSettings {

  private final KeyValueStore<String, SettingsInForce> store;

  private TenantSettings(KeyValueStore<String, SettingsInForce> store) {
    this.store = store;
  }

  /** The store to add to a topology. */
  static StoreBuilder<?> builder(String storeName) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(storeName),
        Serdes.String(),
        StateSerde.of(SettingsInForce.class));
  }

  /** What the store of the task holds. */
  static TenantSettings in(ProcessingContext context, String storeName) {
    return new TenantSettings(context.getStateStore(storeName));
  }

  /** The tenant's settings, else those for all tenants, else none. */
  Optional<SettingsInForce> of(String tenantId) {
    SettingsInForce own = store.get(tenantId);
    return Optional.ofNullable(own != null ? own : store.get(SettingsRules.FOR_ALL_TENANTS));
  }

  /** Puts each record of {@code settings-in-force} into the store; one without value takes back. */
  static final class Keeper implements Processor<String, SettingsInForce, Void, Void> {

    private final String storeName;
    private @Nullable KeyValueStore<String, SettingsInForce> store;

    Keeper(String storeName) {
      this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      store = context.getStateStore(storeName);
    }

    @Override
    public void process(Record<String, SettingsInForce> record) {
      requireNonNull(store).put(record.key(), record.value());
    }
  }
}
