package dev.prefstream.drift;

import dev.prefstream.schemas.avro.ReferenceReset;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The requests to learn references anew, as every task sees them. One thread. */
final class Resets {

  private static final String EVERY_SEGMENT = "*";

  private final ReadOnlyKeyValueStore<String, ReferenceReset> store;

  Resets(ReadOnlyKeyValueStore<String, ReferenceReset> store) {
    this.store = store;
  }

  /** Time of the last request that is about the segment, in milliseconds; 0 for none. */
  long last(String segment) {
    return Math.max(at(segment), at(EVERY_SEGMENT));
  }

  private long at(String key) {
    @Nullable ReferenceReset reset = store.get(key);
    return reset == null ? 0 : reset.getRequestedAt().toEpochMilli();
  }
}
