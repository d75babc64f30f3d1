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
 * {@code e}, the week's traffic under {@code v}, the whole stream's composition under {@code m},
 * the ring of its {@link Chunk}s ({@link ChunkRings}), and under {@code f} and their number the
 * chunks of embeddings that a reference is learnt from. A batch writes one {@code Running}, and
 * every 25th prediction a chunk besides.
 */
final class SegmentStore {

  static final String NAME = "segments";

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

  private final ChunkRings rings;

  SegmentStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    this.rings = new ChunkRings(store);
  }

  ChunkRings rings() {
    return rings;
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
    rings.forget(segment, profile.ring());
    forgetStatistics(segment);
    store.delete(key('r', segment));
    store.delete(key('p', segment));
    store.delete(key('v', segment));
  }

  /** Forgets ADWIN's window, which gives way to a reference. */
  void forgetAdwin(String segment) {
    store.delete(key('a', segment));
  }

  static IllegalStateException damaged(String what, String segment) {
    return new IllegalStateException(
        "found no %s of segment %s, expected it in store %s: its state is damaged; stop the stage, delete its state folder and start it again to rebuild from the changelog"
            .formatted(what, segment, NAME));
  }

  /** The key of one of several things of a kind; no segment's name makes it that of another. */
  static Bytes numbered(String kind, long number, String segment) {
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
