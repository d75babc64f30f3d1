package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.EmbeddingChunk;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.Sketch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes chunks of a segment's embeddings: the first sketches, of which the kernel's bandwidth is
 * taken, then the open chunk.
 *
 * <p>A chunk ends with a chunk of predictions, once it has about as many embeddings as these have
 * predictions; so what is made does not depend on how predictions are cut into batches. Mutable;
 * one thread.
 */
final class EmbeddingChunks {

  /** Embeddings that make a chunk, where some predictions come without. */
  private static final int ENOUGH = MeanDiscrepancy.CHUNK * 4 / 5;

  /** Embeddings that the bandwidth is taken of. */
  static final int FIRST = 10 * MeanDiscrepancy.CHUNK;

  /** Successive embeddings of another length that do not yet mean that the model's are so now. */
  static final int STRANGERS = 100;

  private int size;
  private int strangers;
  private List<Timed> first = new ArrayList<>();
  private double bandwidth;
  private int count;
  private float[] sums = new float[MeanDiscrepancy.FEATURES];

  /** A sketch and the highest event time until it, in milliseconds. */
  private record Timed(Sketch sketch, long time) {}

  /** A full chunk, and of how many embeddings it is. */
  record Full(EmbeddingChunk chunk, int embeddings) {}

  /** Whether an embedding is as long as those before. */
  boolean knows(Sketch sketch) {
    return sketch.size() == size;
  }

  /** Counts one of another length: whether the model's are so from now on. */
  boolean changesTo(Sketch stranger) {
    strangers++;
    return size == 0 || strangers >= STRANGERS;
  }

  /** Begins with embeddings as long as this one. */
  void begin(Sketch sketch) {
    beginAnew();
    size = sketch.size();
  }

  /** The bandwidth is taken anew. */
  void beginAnew() {
    first.clear();
    bandwidth = 0;
    dropOpen();
  }

  /** The open chunk begins anew. */
  void dropOpen() {
    Arrays.fill(sums, 0);
    count = 0;
  }

  /**
   * Takes an embedding of the known length.
   *
   * @param time highest event time until now
   */
  void add(Sketch sketch, long time) {
    strangers = 0;
    if (bandwidth == 0) {
      first.add(new Timed(sketch, time));
    } else {
      take(sketch);
    }
  }

  private void take(Sketch sketch) {
    MeanDiscrepancy.add(sketch, bandwidth, sums);
    count++;
  }

  /**
   * A chunk of predictions ends: chunks that are full, in order.
   *
   * @param time highest event time until now
   */
  List<Full> end(long time) {
    List<Full> full = new ArrayList<>();
    if (bandwidth == 0 && first.size() >= FIRST) {
      bandwidth = MeanDiscrepancy.bandwidth(first.stream().map(Timed::sketch).toList());
      for (Timed embedding : first) {
        take(embedding.sketch);
        if (count == MeanDiscrepancy.CHUNK) {
          full.add(closed(embedding.time));
        }
      }
      first.clear();
    }
    if (count >= ENOUGH) {
      full.add(closed(time));
    }
    return full;
  }

  private Full closed(long time) {
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = sums[i] / count;
    }
    Full full = new Full(new EmbeddingChunk(time, mean), count);
    dropOpen();
    return full;
  }

  void pack(Packer to) {
    to.number(size).number(strangers).number(first.size());
    long before = 0;
    for (Timed embedding : first) {
      to.number(embedding.time - before);
      before = embedding.time;
      Observation.pack(embedding.sketch, to);
    }
    to.decimal(bandwidth).number(count);
    if (count > 0) {
      to.singles(sums);
    }
  }

  static EmbeddingChunks unpack(Unpacker from) {
    EmbeddingChunks chunks = new EmbeddingChunks();
    chunks.size = from.integer();
    chunks.strangers = from.integer();
    int waiting = from.integer();
    long time = 0;
    for (int i = 0; i < waiting; i++) {
      time += from.number();
      Sketch sketch = Observation.sketch(from);
      if (sketch != null) {
        chunks.first.add(new Timed(sketch, time));
      }
    }
    chunks.bandwidth = from.decimal();
    chunks.count = from.integer();
    if (chunks.count > 0) {
      chunks.sums = from.singles(MeanDiscrepancy.FEATURES);
    }
    return chunks;
  }
}
