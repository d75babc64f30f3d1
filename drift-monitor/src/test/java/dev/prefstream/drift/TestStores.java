package dev.prefstream.drift;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Stores without a topology. */
final class TestStores {

  private TestStores() {}

  /** A task that has these stores; none of them has a changelog or a cache. */
  static ProcessorContext<Void, Void> task(Path dir, Collection<StoreBuilder<?>> builders) {
    MockProcessorContext<Void, Void> context =
        new MockProcessorContext<>(new Properties(), new TaskId(0, 0), dir.toFile());
    for (StoreBuilder<?> builder : builders) {
      StateStore store = builder.withLoggingDisabled().withCachingDisabled().build();
      store.init(context.getStateStoreContext(), store);
    }
    return context;
  }

  static <K, V> KeyValueStore<K, V> inMemory(Path dir, Serde<K> keys, Serde<V> values) {
    StoreBuilder<?> builder =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("store"), keys, values);
    return task(dir, List.of(builder)).getStateStore("store");
  }
}
