package dev.prefstream.drift;

import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which segments of a partition are observed: those of which it has seen enough predictions, once
 * it has seen a second segment; until then the first is the whole stream. The cap bounds both how
 * many are observed and, {@link #CANDIDATES} times as many, how many are counted on the way there.
 * One thread.
 *
 * <p>The store holds the predictions of each segment as far as they are counted, and under two keys
 * that are no segments' how many segments are counted and how many of them are observed. What the
 * store has said of those that are observed is remembered, as most records are theirs.
 */
final class KnownSegments {

  /** Segments that are counted, for each that may be observed. */
  static final int CANDIDATES = 4;

  private static final Logger log = LoggerFactory.getLogger(KnownSegments.class);
  private static final String SEEN = "seen";
  private static final String OBSERVED = "observed";

  private final KeyValueStore<String, Long> store;
  private final long enough;
  private final int cap;
  private final Set<String> observed = new HashSet<>();
  private boolean several;
  private boolean capLogged;

  /**
   * @param enough predictions from which on a segment is observed; at least 1
   * @param cap most segments that are observed
   */
  KnownSegments(KeyValueStore<String, Long> store, long enough, int cap) {
    this.store = store;
    this.enough = enough;
    this.cap = cap;
  }

  static StoreBuilder<KeyValueStore<String, Long>> builder(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.Long())
        .withCachingEnabled();
  }

  /** Counts a prediction of a segment; whether the segment is one of those that are observed. */
  boolean observed(String segment) {
    return (observed.contains(segment) || counted(segment)) && several();
  }

  /** Counts one, until there are enough; whether there are. */
  private boolean counted(String segment) {
    long counted = count(segment);
    if (counted < enough) {
      if (counted == 0 && !raised(SEEN, (long) CANDIDATES * cap)) {
        return false;
      }
      counted++;
      if (counted >= enough && !raised(OBSERVED, cap)) {
        return false;
      }
      store.put(segment, counted);
    }
    if (counted < enough) {
      return false;
    }
    observed.add(segment);
    return true;
  }

  /** Segments that come no more make room for others below the cap. */
  void forget(String segment) {
    observed.remove(segment);
    Long predictions = store.delete(segment);
    if (predictions != null) {
      // Not below two: that one segment is left does not make it the whole stream.
      store.put(SEEN, Math.max(2, count(SEEN) - 1));
      if (predictions >= enough) {
        store.put(OBSERVED, Math.max(0, count(OBSERVED) - 1));
      }
    }
  }

  /** Remains so: no segment that is forgotten makes another the whole stream. */
  private boolean several() {
    several = several || count(SEEN) > 1;
    return several;
  }

  private boolean raised(String counter, long most) {
    long count = count(counter);
    if (count >= most) {
      if (!capLogged) {
        capLogged = true;
        log.atWarn()
            .addKeyValue("cap", cap)
            .log("more segments than drift.max-segments; further ones count in the whole only");
      }
      return false;
    }
    store.put(counter, count + 1);
    return true;
  }

  private long count(String key) {
    Long count = store.get(key);
    return count == null ? 0 : count;
  }
}
