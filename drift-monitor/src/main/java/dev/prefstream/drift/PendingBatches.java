package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
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

  private final KeyValueStore<String, Batch> store;
  private final long wait;
  private final BiConsumer<String, Batch> next;
  private final Map<String, Batch> pending = new TreeMap<>();
  private final Map<String, Long> waitingSince = new TreeMap<>();
  private boolean loaded;

  /**
   * @param wait how long a batch waits after its first prediction, at most
   * @param next takes segments and their batches that go on
   */
  PendingBatches(
      KeyValueStore<String, Batch> store, Duration wait, BiConsumer<String, Batch> next) {
    this.store = store;
    this.wait = wait.toMillis();
    this.next = next;
  }

  static StoreBuilder<KeyValueStore<String, Batch>> builder(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.String(), Batch.serde())
        .withCachingEnabled();
  }

  /** Adds one or more predictions to their segment's batch. */
  void add(String segment, Batch later, long now) {
    load(now);
    Batch batch = pending.get(segment);
    if (batch != null && !batch.model().getHash().equals(later.model().getHash())) {
      send(segment, batch);
      batch = null;
    }
    Batch more = batch == null ? later : batch.plus(later);
    if (more.full()) {
      send(segment, more);
      return;
    }
    pending.put(segment, more);
    waitingSince.putIfAbsent(segment, now);
    store.put(segment, more);
  }

  /** Sends on what has waited long enough, in the order of segments' names. */
  void sendDue(long now) {
    load(now);
    for (String segment : new ArrayList<>(pending.keySet())) {
      if (now - requireNonNull(waitingSince.get(segment)) >= wait) {
        send(segment, requireNonNull(pending.get(segment)));
      }
    }
  }

  /**
   * Takes over what waits in the store, which is filled only after the task was made. It waits anew
   * from now on.
   */
  private void load(long now) {
    if (loaded) {
      return;
    }
    try (KeyValueIterator<String, Batch> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, Batch> entry = all.next();
        pending.put(entry.key, entry.value);
        waitingSince.put(entry.key, now);
      }
    }
    loaded = true;
  }

  private void send(String segment, Batch batch) {
    pending.remove(segment);
    waitingSince.remove(segment);
    store.delete(segment);
    next.accept(segment, batch);
  }
}
