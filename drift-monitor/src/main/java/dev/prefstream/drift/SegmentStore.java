package dev.prefstream.drift;

import dev.prefstream.drift.detect.Adwin;
import dev.prefstream.drift.detect.Composition;
import dev.prefstream.drift.detect.EmbeddingChunk;
import dev.prefstream.drift.detect.HourlyScores;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.ScoreGrid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The state of all segments of one task. For each segment: {@link Running} under {@code r}, {@link
 * Profile} under {@code p}, the reference's grid under {@code g}, ADWIN's window under {@code a},
 * {@link HourlyScores} under {@code h}, {@link Signals} under {@code s}, {@link Embeddings} under
 * {@code e}, the week's traffic under {@code v}, the whole stream's composition under {@code m}, a
 * ring of {@link Chunk}s under {@code c} and their place in the ring, and under {@code f} and their
 * number the chunks of embeddings that a reference is learnt from. A batch writes one {@code
 * Running}, and every 25th prediction a chunk besides.
 */
final class SegmentStore {

  static final String NAME = "segments";

  private static final String CHUNK = "c";
  private static final String FEATURES = "f";

  /** Grids that are kept unpacked, 33 KB each. */
  private static final int UNPACKED = 128;

  private final KeyValueStore<Bytes, byte[]> store;

  /** The reference's grids of the segments that were seen last, as they are in the store. */
  private final Map<String, ScoreGrid> grids =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ScoreGrid> eldest) {
          return size() > UNPACKED;
        }
      };

  private @Nullable Bytes lastKey;
  private @Nullable Chunk lastChunk;

  SegmentStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled();
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

  /** The reference's; not to be changed. */
  @Nullable ScoreGrid grid(String segment) {
    ScoreGrid known = grids.get(segment);
    byte[] bytes = known == null ? store.get(key('g', segment)) : null;
    if (bytes != null) {
      known = References.grid(bytes);
      grids.put(segment, known);
    }
    return known;
  }

  void put(String segment, ScoreGrid grid) {
    store.put(key('g', segment), References.packed(grid));
    grids.put(segment, grid);
  }

  Adwin adwin(String segment, Adwin.Params params) {
    byte[] bytes = store.get(key('a', segment));
    return bytes == null ? new Adwin(params) : References.adwin(params, bytes);
  }

  void put(String segment, Adwin adwin) {
    store.put(key('a', segment), References.packed(adwin));
  }

  Signals signals(String segment) {
    byte[] bytes = store.get(key('s', segment));
    return bytes == null ? new Signals() : Signals.unpacked(bytes);
  }

  void put(String segment, Signals signals) {
    store.put(key('s', segment), signals.packed());
  }

  /** Null where none came. */
  @Nullable Embeddings embeddings(String segment) {
    byte[] bytes = store.get(key('e', segment));
    return bytes == null ? null : Embeddings.unpacked(bytes);
  }

  void put(String segment, Embeddings embeddings) {
    store.put(key('e', segment), embeddings.packed());
  }

  /** Keeps a chunk of embeddings, by its number from 0. */
  void keep(String segment, int number, EmbeddingChunk chunk) {
    store.put(
        numbered(FEATURES, number, segment),
        new Packer().number(chunk.time()).singles(chunk.features()).packed());
  }

  /** The first chunks of embeddings, in order. */
  List<EmbeddingChunk> chunksOfEmbeddings(String segment, int chunks) {
    List<EmbeddingChunk> all = new ArrayList<>(chunks);
    for (int number = 0; number < chunks; number++) {
      byte[] bytes = store.get(numbered(FEATURES, number, segment));
      if (bytes == null) {
        throw damaged("features %d".formatted(number), segment);
      }
      Packer.Unpacker from = new Packer.Unpacker(bytes);
      all.add(new EmbeddingChunk(from.number(), from.singles(MeanDiscrepancy.FEATURES)));
    }
    return all;
  }

  void forgetChunksOfEmbeddings(String segment, int chunks) {
    for (int number = 0; number < chunks; number++) {
      store.delete(numbered(FEATURES, number, segment));
    }
  }

  HourlyVolume volume(String segment) {
    byte[] bytes = store.get(key('v', segment));
    return bytes == null ? new HourlyVolume() : References.volume(bytes);
  }

  void put(String segment, HourlyVolume volume) {
    store.put(key('v', segment), References.packed(volume));
  }

  HourlyScores hours(String segment) {
    byte[] bytes = store.get(key('h', segment));
    return bytes == null ? new HourlyScores() : References.hours(bytes);
  }

  void put(String segment, HourlyScores hours) {
    store.put(key('h', segment), References.packed(hours));
  }

  void forgetHours(String segment) {
    store.delete(key('h', segment));
  }

  Composition composition(String segment) {
    byte[] bytes = store.get(key('m', segment));
    return bytes == null ? new Composition() : References.composition(bytes);
  }

  void put(String segment, Composition composition) {
    store.put(key('m', segment), References.packed(composition));
  }

  /** Forgets what belongs to statistics that have ended. */
  void forgetStatistics(String segment) {
    grids.remove(segment);
    store.delete(key('g', segment));
    store.delete(key('a', segment));
    store.delete(key('h', segment));
    store.delete(key('s', segment));
    store.delete(key('m', segment));
    Embeddings embeddings = embeddings(segment);
    if (embeddings != null) {
      forgetChunksOfEmbeddings(segment, embeddings.learnt());
      store.delete(key('e', segment));
    }
  }

  /** Forgets a segment. */
  void forget(String segment, Profile profile) {
    forgetRing(segment, profile.ring());
    forgetStatistics(segment);
    store.delete(key('r', segment));
    store.delete(key('p', segment));
    store.delete(key('v', segment));
  }

  /** Forgets ADWIN's window, which gives way to a reference. */
  void forgetAdwin(String segment) {
    store.delete(key('a', segment));
  }

  /**
   * Keeps a full chunk: the one that holds prediction {@code last} of the statistics at its end.
   */
  void seal(String segment, Chunk chunk, long last, int ring) {
    Packer to = new Packer();
    chunk.pack(to);
    store.put(chunkKey(segment, (last - 1) / Chunk.SIZE, ring), to.packed());
    lastKey = null;
  }

  /** Makes a ring smaller: keeps what the smaller one holds. */
  void shrink(String segment, Running running, int ring, int newRing) {
    long first = Math.max(1, running.observed() - newRing + 1);
    Map<Long, Chunk> kept = new TreeMap<>();
    for (long n = (first - 1) / Chunk.SIZE; n < running.observed() / Chunk.SIZE; n++) {
      kept.put(n, chunk(segment, running, n, ring));
    }
    forgetRing(segment, ring);
    kept.forEach((n, chunk) -> seal(segment, chunk, n * Chunk.SIZE + 1, newRing));
  }

  /** The score, in units, of prediction {@code number} (from 1) of the statistics. */
  long score(String segment, Running running, long number, int ring) {
    Chunk chunk = chunk(segment, running, (number - 1) / Chunk.SIZE, ring);
    return chunk.scores()[(int) ((number - 1) % Chunk.SIZE)];
  }

  /** The event time of prediction {@code number}, or of the oldest that is still in the ring. */
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

  /** Forgets a ring of a size that is no longer used. */
  void forgetRing(String segment, int ring) {
    for (long n = 0; n < places(ring); n++) {
      store.delete(chunkKey(segment, n, ring));
    }
    lastKey = null;
  }

  private Chunk chunk(String segment, Running running, long number, int ring) {
    if (running.hot().size() > 0 && number == (running.observed() - 1) / Chunk.SIZE) {
      return running.hot();
    }
    Bytes key = chunkKey(segment, number, ring);
    if (lastChunk != null && key.equals(lastKey)) {
      return lastChunk;
    }
    byte[] bytes = store.get(key);
    if (bytes == null) {
      throw damaged("chunk %d of %d predictions".formatted(number, running.observed()), segment);
    }
    Chunk chunk = Chunk.unpack(new Packer.Unpacker(bytes));
    lastKey = key;
    lastChunk = chunk;
    return chunk;
  }

  /** One chunk more than the ring fills, since what is kept need not begin where a chunk does. */
  private static int places(int ring) {
    return (ring + Chunk.SIZE - 1) / Chunk.SIZE + 1;
  }

  private static Bytes chunkKey(String segment, long number, int ring) {
    return numbered(CHUNK, number % places(ring), segment);
  }

  private static IllegalStateException damaged(String what, String segment) {
    return new IllegalStateException(
        "found no %s of segment %s, expected it in store %s: its state is damaged; stop the stage, delete its state folder and start it again to rebuild from the changelog"
            .formatted(what, segment, NAME));
  }

  private static Bytes numbered(String kind, long number, String segment) {
    return Bytes.wrap(
        new Packer()
            .text(kind)
            .number(number)
            .bytes(segment.getBytes(StandardCharsets.UTF_8))
            .packed());
  }

  private static Bytes key(char kind, String segment) {
    return Bytes.wrap((kind + segment).getBytes(StandardCharsets.UTF_8));
  }
}
