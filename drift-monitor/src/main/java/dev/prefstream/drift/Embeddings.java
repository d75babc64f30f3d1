package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.Sketch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a segment's embeddings, where scores carry them: while a reference is learnt,
 * the first sketches, of which the kernel's bandwidth is taken, and the open chunk; then the chart
 * against the reference. Features of full chunks wait in the store until the reference is learnt.
 * It learns for itself, since embeddings can be switched on when scores have long had a reference.
 *
 * <p>A chunk ends with a chunk of predictions, once it has about as many embeddings as these have
 * predictions; so what is read does not depend on how predictions are cut into batches. Mutable;
 * one thread.
 */
final class Embeddings {

  /** Embeddings that make a chunk, where some predictions come without. */
  private static final int ENOUGH = MeanDiscrepancy.CHUNK * 4 / 5;

  /** Embeddings that the bandwidth is taken of. */
  static final int FIRST = 10 * MeanDiscrepancy.CHUNK;

  /** Successive embeddings of another length that do not yet mean that the model's are so now. */
  static final int STRANGERS = 100;

  private int size;
  private int strangers;
  private List<Sketch> first;
  private double bandwidth;
  private int count;
  private float[] sums;
  private int learnt;
  private int learntTo;
  private int waited;
  private long hour;
  private int ofTheHour;
  private boolean provisional;
  private MeanDiscrepancy.@Nullable Params params;
  private MeanDiscrepancy.State state;

  Embeddings() {
    first = new ArrayList<>();
    sums = new float[MeanDiscrepancy.FEATURES];
    state = MeanDiscrepancy.State.NEW;
  }

  /** Chunks whose features are in the store. */
  int learnt() {
    return learnt;
  }

  /**
   * Takes an embedding.
   *
   * @return whether it counts: one of another length than those before does not
   */
  boolean add(Sketch sketch, SegmentStore store, String segment) {
    if (sketch.size() != size) {
      strangers++;
      if (size != 0 && strangers < STRANGERS) {
        return false;
      }
      params = null;
      learnAnew(store, segment);
      restart();
      size = sketch.size();
    }
    strangers = 0;
    if (bandwidth == 0) {
      first.add(sketch);
    } else {
      MeanDiscrepancy.add(sketch, bandwidth, sums);
      count++;
    }
    return true;
  }

  /**
   * A chunk of predictions ends.
   *
   * @param now the hour that runs
   */
  void endChunk(SegmentStore store, String segment, DriftOptions options, long now) {
    if (now != hour) {
      hour = now;
      ofTheHour = 0;
    }
    if (bandwidth == 0) {
      if (first.size() < FIRST) {
        return;
      }
      bandwidth = MeanDiscrepancy.bandwidth(first);
      for (Sketch sketch : first) {
        MeanDiscrepancy.add(sketch, bandwidth, sums);
        count++;
        if (count == MeanDiscrepancy.CHUNK) {
          closeChunk(store, segment, options);
        }
      }
      first.clear();
    }
    if (count >= ENOUGH) {
      closeChunk(store, segment, options);
    }
  }

  private void closeChunk(SegmentStore store, String segment, DriftOptions options) {
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = sums[i] / count;
    }
    boolean learns = !frozen() && learnt < options.embeddingReference();
    if (learns && ofTheHour < options.embeddingChunksOfAnHour()) {
      store.keepFeatures(segment, learnt, mean);
      learnt++;
      ofTheHour++;
    }
    if (learntTo > 0) {
      waited++;
    }
    if (params != null) {
      state = params.plus(state, mean, count);
    }
    openChunk();
  }

  private void openChunk() {
    Arrays.fill(sums, 0);
    count = 0;
  }

  private boolean frozen() {
    return params != null && !provisional;
  }

  /** What the chart reads; null where there is none. */
  @Nullable Finding read() {
    return params == null ? null : params.read(Detector.MMD.word(), state);
  }

  /** Predictions since the change that the chart shows began. */
  long since() {
    return params == null ? 1 : Math.max(1, params.began(state));
  }

  /** The chart begins anew after an alarm. */
  void restart() {
    state = MeanDiscrepancy.State.NEW;
  }

  /** Learning begins again; a chart stands meanwhile, and with it the bandwidth. */
  void learnAnew(SegmentStore store, String segment) {
    if (frozen()) {
      return;
    }
    store.forgetFeatures(segment, learnt);
    learnt = 0;
    learntTo = 0;
    ofTheHour = 0;
    openChunk();
    if (params == null) {
      first.clear();
      bandwidth = 0;
    }
  }

  /**
   * Begins to work out the chart once enough has been learnt, and draws it when some more chunks
   * have come, a part of the work with each.
   *
   * @param inProgress what segments are working out
   * @param showsCycles whether enough was seen of what comes again with the clock
   * @return whether it drew one
   */
  boolean learn(
      DriftOptions options,
      SegmentStore store,
      String segment,
      InProgress<MeanDiscrepancy.Learning> inProgress,
      BooleanSupplier showsCycles) {
    if (learntTo == 0) {
      inProgress.forget(segment);
    }
    if (frozen()) {
      return false;
    }
    int all = options.embeddingReference();
    int some = options.provisionalEmbeddingReference();
    boolean full = learnt >= all && learntTo < all;
    boolean few = learntTo == 0 && params == null && some > 0 && learnt >= some;
    if ((full || few) && showsCycles.getAsBoolean()) {
      learntTo = full ? all : learnt;
      waited = 0;
    }
    if (learntTo == 0) {
      return false;
    }
    boolean notAll = learntTo < all;
    MeanDiscrepancy.Learning learning =
        inProgress.at(
            segment,
            learntTo,
            waited,
            options.workedOutIn(learntTo * MeanDiscrepancy.CHUNK) / MeanDiscrepancy.CHUNK,
            () ->
                MeanDiscrepancy.learning(
                    store.features(segment, learntTo),
                    options.window(),
                    options.embeddingRunLength(),
                    notAll));
    if (learning == null) {
      return false;
    }
    params = learning.finish();
    provisional = notAll;
    learntTo = 0;
    if (!notAll) {
      store.forgetFeatures(segment, learnt);
      learnt = 0;
    }
    restart();
    return true;
  }

  byte[] packed() {
    Packer to = new Packer().number(size).number(strangers).number(first.size());
    first.forEach(sketch -> Observation.pack(sketch, to));
    to.decimal(bandwidth).number(count);
    if (count > 0) {
      to.singles(sums);
    }
    to.number(learnt)
        .number(learntTo)
        .number(waited)
        .number(hour)
        .number(ofTheHour)
        .flag(params != null);
    if (params != null) {
      to.flag(provisional).number(params.window());
      params.mean().forEach(to::decimal);
      to.decimal(params.threshold()).number(state.since()).singles(state.departure());
    }
    return to.packed();
  }

  static Embeddings unpacked(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    Embeddings embeddings = new Embeddings();
    embeddings.size = from.integer();
    embeddings.strangers = from.integer();
    int waiting = from.integer();
    for (int i = 0; i < waiting; i++) {
      Sketch sketch = Observation.sketch(from);
      if (sketch != null) {
        embeddings.first.add(sketch);
      }
    }
    embeddings.bandwidth = from.decimal();
    embeddings.count = from.integer();
    if (embeddings.count > 0) {
      embeddings.sums = from.singles(MeanDiscrepancy.FEATURES);
    }
    embeddings.learnt = from.integer();
    embeddings.learntTo = from.integer();
    embeddings.waited = from.integer();
    embeddings.hour = from.number();
    embeddings.ofTheHour = from.integer();
    if (from.flag()) {
      embeddings.provisional = from.flag();
      int window = from.integer();
      List<Double> mean = new ArrayList<>(MeanDiscrepancy.FEATURES);
      for (int i = 0; i < MeanDiscrepancy.FEATURES; i++) {
        mean.add(from.decimal());
      }
      embeddings.params = new MeanDiscrepancy.Params(mean, window, from.decimal());
      long since = from.number();
      embeddings.state = new MeanDiscrepancy.State(from.singles(MeanDiscrepancy.FEATURES), since);
    }
    return embeddings;
  }
}
