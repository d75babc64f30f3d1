package dev.prefstream.runtime.streams;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Walks a store round and round, a few entries at a time, so that old state leaves it without a
 * pause anyone notices: once around takes about an hour, and longer for a store of millions. Where
 * it stands is not kept over a restart; it begins anew. One thread only.
 *
 * @param <V> value class of the store
 */
public final class Sweep<V> {

  /** How often to call {@link #step}. */
  public static final Duration EVERY = Duration.ofSeconds(1);

  private static final long STEPS_AROUND = Duration.ofHours(1).dividedBy(EVERY);

  /** A fraction of a millisecond. */
  private static final long LEAST = 25;

  /** Some ten milliseconds, in which the tickets wait. */
  private static final long MOST = 1_000;

  private final KeyValueStore<String, V> store;
  private final Predicate<V> expired;
  private final BiConsumer<String, V> remove;
  private @Nullable String next;

  /**
   * @param expired whether an entry is to go
   * @param remove takes the entry, and all that belongs to it, out
   */
  public Sweep(KeyValueStore<String, V> store, Predicate<V> expired, BiConsumer<String, V> remove) {
    this.store = store;
    this.expired = expired;
    this.remove = remove;
  }

  /** Looks at the next few entries; returns how many it removed. */
  @SuppressWarnings("NullAway") // A null bound means "from the first" and "to the last" to Kafka.
  public int step() {
    long limit = Math.max(LEAST, Math.min(MOST, store.approximateNumEntries() / STEPS_AROUND));
    int removed = 0;
    int seen = 0;
    try (KeyValueIterator<String, V> entries = store.range(next, null)) {
      while (entries.hasNext() && seen < limit) {
        KeyValue<String, V> entry = entries.next();
        seen++;
        if (expired.test(entry.value)) {
          remove.accept(entry.key, entry.value);
          removed++;
        }
      }
      next = entries.hasNext() ? entries.peekNextKey() : null;
    }
    return removed;
  }
}
