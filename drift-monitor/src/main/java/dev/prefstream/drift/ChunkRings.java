package dev.prefstream.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The latest predictions of each segment, as many as its ring is long: full {@link Chunk}s under
 * {@code c} and their place in the ring, the newest over the oldest; the one that fills is {@link
 * Running#hot()}. Predictions have numbers from 1 on in the segment's present statistics. One
 * thread.
 */
final class ChunkRings {

  private static final String CHUNK = "c";

  private final KeyValueStore<Bytes, byte[]> store;

  private final RecentChunks recent = new RecentChunks();

  ChunkRings(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Keeps a full chunk, which holds the prediction with that number at its end. */
  void seal(String segment, Chunk chunk, long last, int ring) {
    Packer to = new Packer();
    chunk.pack(to);
    long number = (last - 1) / Chunk.SIZE;
    store.put(key(segment, number, ring), to.packed());
    recent.put(segment, number, chunk);
  }

  /** Makes a ring smaller: keeps what the smaller one holds. */
  void shrink(String segment, Running running, int ring, int newRing) {
    long first = Math.max(1, running.observed() - newRing + 1);
    Map<Long, Chunk> kept = new TreeMap<>();
    for (long n = (first - 1) / Chunk.SIZE; n < running.observed() / Chunk.SIZE; n++) {
      kept.put(n, chunk(segment, running, n, ring));
    }
    forget(segment, ring);
    kept.forEach((n, chunk) -> seal(segment, chunk, n * Chunk.SIZE + 1, newRing));
  }

  /** The score of a prediction, in units; it must still be in the ring. */
  long score(String segment, Running running, long number, int ring) {
    Chunk chunk = chunk(segment, running, (number - 1) / Chunk.SIZE, ring);
    return chunk.scores()[(int) ((number - 1) % Chunk.SIZE)];
  }

  /** The event time of a prediction, or of the oldest that is still in the ring. */
  long time(String segment, Running running, long number, int ring) {
    long kept = Math.max(number, Math.max(1, running.observed() - ring + 1));
    Chunk chunk = chunk(segment, running, (kept - 1) / Chunk.SIZE, ring);
    return chunk.times()[(int) ((kept - 1) % Chunk.SIZE)];
  }

  /**
   * The last {@code size} predictions up to number {@code last}, or as many as there are; oldest
   * first.
   */
  Window window(String segment, Running running, long last, int size, int ring) {
    long first = Math.max(1, last - size + 1);
    List<Chunk> chunks = new ArrayList<>();
    if (last > 0) {
      for (long n = (first - 1) / Chunk.SIZE; n <= (last - 1) / Chunk.SIZE; n++) {
        chunks.add(chunk(segment, running, n, ring));
      }
    }
    return Window.of(chunks, first, (int) ((first - 1) % Chunk.SIZE), (int) Math.min(size, last));
  }

  /** Forgets a ring, or one of a size that is no longer used. */
  void forget(String segment, int ring) {
    for (long n = 0; n < places(ring); n++) {
      store.delete(key(segment, n, ring));
    }
    recent.forget(segment);
  }

  private Chunk chunk(String segment, Running running, long number, int ring) {
    if (running.hot().size() > 0 && number == (running.observed() - 1) / Chunk.SIZE) {
      return running.hot();
    }
    Chunk known = recent.get(segment, number);
    if (known != null) {
      return known;
    }
    byte[] bytes = store.get(key(segment, number, ring));
    if (bytes == null) {
      throw SegmentStore.damaged(
          "chunk %d of %d predictions".formatted(number, running.observed()), segment);
    }
    Chunk chunk = Chunk.unpack(new Packer.Unpacker(bytes));
    recent.put(segment, number, chunk);
    return chunk;
  }

  /** One chunk more than the ring fills, since what is kept need not begin where a chunk does. */
  private static int places(int ring) {
    return (ring + Chunk.SIZE - 1) / Chunk.SIZE + 1;
  }

  private static Bytes key(String segment, long number, int ring) {
    return SegmentStore.numbered(CHUNK, number % places(ring), segment);
  }
}
