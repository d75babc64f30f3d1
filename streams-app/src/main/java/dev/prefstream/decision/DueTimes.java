package dev.prefstream.decision;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When to look at which ticket again, kept in a store ordered by time: due times survive a restart,
 * and finding those that have come costs as many entries as have come. One thread only.
 */
final class DueTimes {

  private static final int DIGITS = 19;

  private final KeyValueStore<String, String> store;

  /**
   * Nothing is due before this. Spares reading over what compaction has not yet cleared at the
   * front of the store.
   */
  private long noneBefore;

  DueTimes(KeyValueStore<String, String> store) {
    this.store = store;
  }

  /**
   * @param time milliseconds since the epoch
   */
  void add(long time, String ticketId) {
    noneBefore = Math.min(noneBefore, time);
    store.put(key(time) + ticketId, ticketId);
  }

  void remove(long time, String ticketId) {
    store.delete(key(time) + ticketId);
  }

  /** Takes out up to {@code limit} tickets whose time has come, the earliest first. */
  List<String> take(long now, int limit) {
    List<String> taken = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    boolean more;
    try (KeyValueIterator<String, String> due = store.range(key(noneBefore), key(now + 1))) {
      while (due.hasNext() && taken.size() < limit) {
        var entry = due.next();
        keys.add(entry.key);
        taken.add(entry.value);
      }
      more = due.hasNext();
    }
    keys.forEach(store::delete);
    if (!more) {
      noneBefore = now;
    }
    return taken;
  }

  private static String key(long time) {
    String digits = Long.toString(Math.max(0, time));
    return "0".repeat(DIGITS - digits.length()) + digits + ":";
  }
}
