package dev.prefstream.drift;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * On which day each of a task's segments came last, so that those that come no more can be
 * forgotten. Days are the task's own: from the highest event time it has seen when the segment
 * came. A backlog of old tickets therefore finds its segments as young as they were, and a late
 * ticket makes its segment young. One thread.
 */
final class IdleSegments {

  /** Holds the task's day, under a key that is no segment's. */
  private static final String TODAY = "";

  /** Most segments that are forgotten with one record: each is some hundreds of deletions. */
  private static final int AT_ONCE = 4;

  /** Names that are remembered, so that each record need not ask the store. */
  private static final int MOST_NOTED = 10_000;

  static final long DAY = Duration.ofDays(1).toMillis();

  private final KeyValueStore<String, Long> store;
  private final long idleDays;
  private final Deque<String> due = new ArrayDeque<>();

  /** Segments of which the store has today's day, or the first of them. */
  private final Set<String> notedToday = new HashSet<>();

  private long today = Long.MIN_VALUE;
  private long swept = Long.MIN_VALUE;

  IdleSegments(KeyValueStore<String, Long> store, Duration idle) {
    this.store = store;
    this.idleDays = idle.toDays();
  }

  static StoreBuilder<KeyValueStore<String, Long>> builder(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.Long())
        .withCachingEnabled();
  }

  /** Event time passes. */
  void passes(long time) {
    if (today == Long.MIN_VALUE) {
      Long known = store.get(TODAY);
      today = known == null ? today : known;
    }
    long day = Math.floorDiv(time, DAY);
    if (day > today) {
      today = day;
      notedToday.clear();
      store.put(TODAY, day);
    }
  }

  /**
   * Takes note of a segment that comes at an event time in milliseconds. Whether it had been idle
   * for so long that what is kept of it is to be forgotten first.
   */
  boolean seen(String segment, long time) {
    passes(time);
    if (notedToday.contains(segment)) {
      return false;
    }
    Long before = store.get(segment);
    if (before == null || before != today) {
      store.put(segment, today);
    }
    if (notedToday.size() < MOST_NOTED) {
      notedToday.add(segment);
    }
    return before != null && idle(before);
  }

  /**
   * Forgets some of the segments that are idle, so that no record waits for all of them: they are
   * no longer noted here, and are handed on for what else is kept of them. All are looked through
   * once a day of event time, and at the first call, since a restart may have come between.
   */
  void forgetDue(Consumer<String> forget) {
    for (int i = 0; i < AT_ONCE; i++) {
      String segment = next();
      if (segment == null) {
        return;
      }
      forget.accept(segment);
    }
  }

  private @Nullable String next() {
    if (swept != today) {
      due.clear();
      try (KeyValueIterator<String, Long> all = store.all()) {
        while (all.hasNext()) {
          KeyValue<String, Long> entry = all.next();
          if (!entry.key.equals(TODAY) && idle(entry.value)) {
            due.add(entry.key);
          }
        }
      }
      swept = today;
    }
    while (!due.isEmpty()) {
      String segment = due.remove();
      Long day = store.get(segment);
      if (day != null && idle(day)) {
        store.delete(segment);
        return segment;
      }
    }
    return null;
  }

  private boolean idle(long day) {
    return today - day > idleDays;
  }
}
