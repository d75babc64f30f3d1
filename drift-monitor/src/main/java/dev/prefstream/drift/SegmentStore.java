package dev.prefstream.drift;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The state of all segments of one task. For each segment: {@link Running} under {@code r}, {@link
 * Profile} under {@code p}, and a ring of {@link Chunk}s under {@code c} and their place in the
 * ring. One prediction writes one {@code Running}, and every 25th a chunk besides.
 */
final class SegmentStore {

  static final String NAME = "segments";

  private static final String CHUNK = "c";

  private final KeyValueStore<Bytes, byte[]> store;

  SegmentStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray());
  }

  @Nullable Running running(String segment) {
    byte[] bytes = store.get(key('r', segment));
    return bytes == null ? null : Running.unpacked(bytes);
  }

  void put(String segment, Running running) {
    store.put(key('r', segment), running.packed());
  }

  @Nullable Profile profile(String segment) {
    byte[] bytes = store.get(key('p', segment));
    return bytes == null ? null : Profile.unpacked(bytes);
  }

  void put(String segment, Profile profile) {
    store.put(key('p', segment), profile.packed());
  }

  /**
   * Keeps a full chunk: the one that holds prediction {@code last} of the statistics at its end.
   */
  void seal(String segment, Chunk chunk, long last, int window) {
    Packer to = new Packer();
    chunk.pack(to);
    store.put(chunkKey(segment, (last - 1) / Chunk.SIZE, window), to.packed());
  }

  /** The score, in units, of prediction {@code number} (from 1) of the statistics. */
  long score(String segment, Running running, long number, int window) {
    Chunk chunk = chunk(segment, running, (number - 1) / Chunk.SIZE, window);
    return chunk.scores()[(int) ((number - 1) % Chunk.SIZE)];
  }

  /** The last {@code window} predictions, or as many as there are; oldest first. */
  Window window(String segment, Running running, int window) {
    long first = Math.max(1, running.observed() - window + 1);
    List<Chunk> chunks = new ArrayList<>();
    if (running.observed() > 0) {
      for (long n = (first - 1) / Chunk.SIZE; n <= (running.observed() - 1) / Chunk.SIZE; n++) {
        chunks.add(chunk(segment, running, n, window));
      }
    }
    return Window.of(chunks, first, (int) ((first - 1) % Chunk.SIZE));
  }

  /** Forgets the ring of a window that is no longer used. */
  void forgetRing(String segment, int window) {
    for (long n = 0; n < places(window); n++) {
      store.delete(chunkKey(segment, n, window));
    }
  }

  private Chunk chunk(String segment, Running running, long number, int window) {
    if (running.hot().size() > 0 && number == (running.observed() - 1) / Chunk.SIZE) {
      return running.hot();
    }
    byte[] bytes = store.get(chunkKey(segment, number, window));
    if (bytes == null) {
      throw new IllegalStateException(
          "found no chunk %d of segment %s after %d predictions, expected it in store %s: its state is damaged; stop the stage, delete its state folder and start it again to rebuild from the changelog"
              .formatted(number, segment, running.observed(), NAME));
    }
    return Chunk.unpack(new Packer.Unpacker(bytes));
  }

  /** One chunk more than the window fills, since the window need not begin where a chunk does. */
  private static int places(int window) {
    return (window + Chunk.SIZE - 1) / Chunk.SIZE + 1;
  }

  private static Bytes chunkKey(String segment, long number, int window) {
    return Bytes.wrap(
        new Packer()
            .text(CHUNK)
            .number(number % places(window))
            .bytes(segment.getBytes(StandardCharsets.UTF_8))
            .packed());
  }

  private static Bytes key(char kind, String segment) {
    return Bytes.wrap((kind + segment).getBytes(StandardCharsets.UTF_8));
  }
}
