package dev.prefstream.drift;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Batches that are not full, by segment: in memory, and in a store that outlives the task. One goes
 * on when it is full, when the model changes, and when it has waited long enough by the wall clock,
 * in milliseconds since the epoch. One thread.
 */
final class PendingBatches {

  private final KeyValueStore<String, byte[]> store;
  private final long wait;
  private final BiConsumer<String, Batch> next;
  private final Map<String, Pending> pending = new HashMap<>();
  private boolean loaded;

  /**
   * One segment's.
   *
   * @param since when its first prediction came, or was found in the store
   */
  private record Pending(long since, FillingBatch batch) {}

  /**
   * @param wait how long a batch waits after its first prediction, at most
   * @param next takes segments and their batches that go on
   */
  PendingBatches(
      KeyValueStore<String, byte[]> store, Duration wait, BiConsumer<String, Batch> next) {
    this.store = store;
    this.wait = wait.toMillis();
    this.next = next;
  }

  static StoreBuilder<KeyValueStore<String, byte[]>> builder(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
        .withCachingEnabled();
  }

  /** Adds one or more predictions to their segment's batch. */
  void add(String segment, Batch later, long now) {
    load(now);
    Pending waiting = pending.get(segment);
    if (waiting != null && !waiting.batch().model().getHash().equals(later.model().getHash())) {
      send(segment, waiting);
      waiting = null;
    }
    if (waiting == null) {
      waiting = new Pending(now, new FillingBatch(later.model()));
      pending.put(segment, waiting);
    }
    FillingBatch batch = waiting.batch().plus(later);
    if (batch.full()) {
      send(segment, waiting);
    } else {
      store.put(segment, batch.packed());
    }
  }

  /** Sends on what has waited long enough, in the order of segments' names. */
  void sendDue(long now) {
    load(now);
    new TreeMap<>(pending)
        .forEach(
            (segment, waiting) -> {
              if (now - waiting.since() >= wait) {
                send(segment, waiting);
              }
            });
  }

  /**
   * Takes over what waits in the store, which is filled only after the task was made. It waits anew
   * from now on.
   */
  private void load(long now) {
    if (loaded) {
      return;
    }
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        Batch batch = Batch.unpacked(entry.value);
        pending.put(entry.key, new Pending(now, new FillingBatch(batch.model()).plus(batch)));
      }
    }
    loaded = true;
  }

  private void send(String segment, Pending waiting) {
    pending.remove(segment);
    store.delete(segment);
    next.accept(segment, waiting.batch().batch());
  }
}
