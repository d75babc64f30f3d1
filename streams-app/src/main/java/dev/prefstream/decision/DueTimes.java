package dev.prefstream.decision;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When to look at which ticket again by one clock, kept in a store ordered by time: due times
 * survive a restart, asking when nothing is due costs a comparison, and taking costs as many
 * entries as have come. One thread only.
 */
final class DueTimes {

  private static final int DIGITS = 19;

  private final KeyValueStore<String, String> store;
  private final String clock;

  /**
   * Nothing is due before this. Spares reading the store, and in it reading over what compaction
   * has not yet cleared at the front.
   */
  private long earliest;

  /**
   * @param store may hold the due times of several clocks
   * @param clock name of the clock, of one character
   */
  DueTimes(KeyValueStore<String, String> store, String clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * @param time milliseconds since the epoch
   */
  void add(long time, String ticketId) {
    earliest = Math.min(earliest, time);
    store.put(key(time) + ticketId, ticketId);
  }

  void remove(long time, String ticketId) {
    store.delete(key(time) + ticketId);
  }

  /** Takes out up to {@code limit} tickets whose time has come, the earliest first. */
  List<String> take(long now, int limit) {
    if (now < earliest) {
      return List.of();
    }
    List<String> taken = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    long next = Long.MAX_VALUE;
    try (KeyValueIterator<String, String> due = store.range(key(earliest), clock + "~")) {
      while (due.hasNext()) {
        KeyValue<String, String> entry = due.next();
        long time = time(entry.key);
        if (time > now || taken.size() == limit) {
          next = time;
          break;
        }
        keys.add(entry.key);
        taken.add(entry.value);
      }
    }
    keys.forEach(store::delete);
    earliest = next;
    return taken;
  }

  private String key(long time) {
    String digits = Long.toString(Math.max(0, time));
    return clock + "0".repeat(DIGITS - digits.length()) + digits + ":";
  }

  private long time(String key) {
    return Long.parseLong(key.substring(clock.length(), clock.length() + DIGITS));
  }
}
