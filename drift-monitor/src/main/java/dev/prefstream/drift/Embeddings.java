package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.DiscrepancyLearning;
import dev.prefstream.drift.detect.DiscrepancyLearning.Clock;
import dev.prefstream.drift.detect.EmbeddingChunk;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.Sketch;
import dev.prefstream.drift.detect.Weekend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a segment's embeddings, where scores carry them: the chunk that is open, and the
 * chart against the reference. Full chunks wait in the store until the reference is learnt. It
 * learns for itself, since embeddings can be switched on when scores have long had a reference.
 *
 * <p>A full reference of working days is learnt once more when two weeks were seen, with what hours
 * of the week add, and on the level of the first. Mutable; one thread.
 */
final class Embeddings {

  /** Of what is packed; the number of an embedding's numbers, which was first before, is not. */
  private static final int FORMAT = -2;

  private EmbeddingChunks chunks;
  private KeptChunks kept;
  private Draft draft;
  private int waited;
  private boolean provisional;
  private boolean knowsWeek;
  private MeanDiscrepancy.@Nullable Params params;
  private MeanDiscrepancy.State state;

  /**
   * A reference that is worked out.
   *
   * @param chunks of the kept ones, the first so many; 0 for none
   * @param part which part of all chunks these are
   * @param full whether it is of enough
   * @param ofWeek whether they show hours of the week; else those of working days count
   */
  private record Draft(int chunks, double part, boolean full, boolean ofWeek) {

    static final Draft NONE = new Draft(0, 1, false, false);

    void pack(Packer to) {
      to.number(chunks).decimal(part).flag(full).flag(ofWeek);
    }

    static Draft unpack(Unpacker from) {
      return new Draft(from.integer(), from.decimal(), from.flag(), from.flag());
    }
  }

  Embeddings() {
    chunks = new EmbeddingChunks();
    kept = KeptChunks.NONE;
    draft = Draft.NONE;
    state = MeanDiscrepancy.State.NEW;
  }

  /** Chunks whose features are in the store. */
  int learnt() {
    return kept.kept();
  }

  /** Whether the reference is of all that comes again; else of weekends nothing is known. */
  boolean knowsWeek() {
    return params == null || knowsWeek;
  }

  /**
   * Takes an embedding.
   *
   * @param time highest event time until now
   * @return whether it counts: one of another length than those before does not
   */
  boolean add(Sketch sketch, long time, SegmentStore store, String segment) {
    if (!chunks.knows(sketch)) {
      if (!chunks.changesTo(sketch)) {
        return false;
      }
      params = null;
      forgetChunks(store, segment);
      restart();
      chunks.begin(sketch);
    }
    chunks.add(sketch, time);
    return true;
  }

  /**
   * A chunk of predictions ends.
   *
   * @param time highest event time until now
   * @param drifting whether an incident is open
   */
  void endChunk(
      SegmentStore store, String segment, DriftOptions options, long time, boolean drifting) {
    for (EmbeddingChunks.Full full : chunks.end(time)) {
      keep(full.chunk(), store, segment, options, drifting);
      if (draft.chunks > 0) {
        waited++;
      }
      if (params != null) {
        state = params.plus(state, full.chunk(), full.embeddings());
      }
    }
  }

  /** What comes in an incident is learnt where nothing stands that it may differ from. */
  private void keep(
      EmbeddingChunk chunk,
      SegmentStore store,
      String segment,
      DriftOptions options,
      boolean drifting) {
    if (frozen() && knowsWeek) {
      return;
    }
    if (frozen() && drifting) {
      kept = kept.passing(HourlyVolume.hour(chunk.time()));
      return;
    }
    if (kept.takes(options, chunk.time(), frozen())) {
      store.keep(segment, kept.kept(), chunk);
    }
    kept = kept.plus(options, chunk.time(), frozen());
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
    forgetChunks(store, segment);
    if (params == null) {
      chunks.beginAnew();
    } else {
      chunks.dropOpen();
    }
  }

  /** What was kept to learn from goes. */
  void forgetChunks(SegmentStore store, String segment) {
    store.forgetChunksOfEmbeddings(segment, kept.kept());
    kept = KeptChunks.NONE;
    draft = Draft.NONE;
  }

  /**
   * Begins to work out the chart once enough has been learnt, and draws it when some more chunks
   * have come, a part of the work with each.
   *
   * @param inProgress what segments are working out
   * @param now the hour that runs
   * @return whether it drew one
   */
  boolean learn(
      DriftOptions options,
      SegmentStore store,
      String segment,
      InProgress<DiscrepancyLearning> inProgress,
      long now) {
    if (frozen() && knowsWeek) {
      return false;
    }
    Draft due = due(options, now);
    if (!due.equals(draft)) {
      draft = due;
      waited = 0;
      inProgress.forget(segment);
    }
    if (draft.chunks == 0) {
      inProgress.forget(segment);
      return false;
    }
    DiscrepancyLearning learning =
        inProgress.at(
            segment,
            draft.chunks,
            waited,
            options.workedOutIn(draft.chunks * MeanDiscrepancy.CHUNK) / MeanDiscrepancy.CHUNK,
            () -> begin(options, store, segment));
    if (learning == null) {
      return false;
    }
    finish(learning);
    if (draft.full) {
      forgetChunks(store, segment);
    }
    draft = Draft.NONE;
    restart();
    return true;
  }

  /** What is to be worked out: what is already, unless there is enough for a full reference. */
  private Draft due(DriftOptions options, long now) {
    int some = options.provisionalEmbeddingReference();
    boolean week = kept.showsWeek(options, now);
    boolean full =
        frozen()
            ? week && kept.kept() >= MeanDiscrepancy.LEAST_CHUNKS
            : kept.suffices(options, now, options.embeddingReference());
    boolean missing = params == null || (week && !knowsWeek);
    boolean few = missing && some > 0 && kept.suffices(options, now, some);
    return (full && !draft.full) || (few && draft.chunks == 0)
        ? new Draft(kept.kept(), kept.part(week), full, week)
        : draft;
  }

  private DiscrepancyLearning begin(DriftOptions options, SegmentStore store, String segment) {
    List<EmbeddingChunk> learnt = store.chunksOfEmbeddings(segment, draft.chunks);
    if (!draft.ofWeek) {
      learnt = learnt.stream().filter(Embeddings::isOfAWorkingDay).toList();
    }
    return new DiscrepancyLearning(
        clock(options),
        learnt,
        draft.part,
        options.window(),
        options.embeddingRunLength(),
        !draft.full);
  }

  private Clock clock(DriftOptions options) {
    if (options.seasonality() == Seasonality.NONE) {
      return Clock.NONE;
    }
    return draft.ofWeek ? Clock.WEEK : Clock.DAY;
  }

  private static boolean isOfAWorkingDay(EmbeddingChunk chunk) {
    return !Weekend.contains(HourlyVolume.hour(chunk.time()));
  }

  private void finish(DiscrepancyLearning learning) {
    MeanDiscrepancy.Params before = params;
    params =
        before == null || provisional ? learning.finish() : learning.finishOnTheLevelOf(before);
    provisional = !draft.full;
    knowsWeek = draft.ofWeek;
  }

  byte[] packed() {
    Packer to = new Packer().number(FORMAT);
    chunks.pack(to);
    kept.pack(to);
    draft.pack(to);
    to.number(waited).flag(params != null);
    if (params != null) {
      to.flag(provisional).flag(knowsWeek);
      References.pack(params, to);
      to.number(state.since()).singles(state.departure());
    }
    return to.packed();
  }

  /** As packed; what was packed in another format is learnt anew. */
  static Embeddings unpacked(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    Embeddings embeddings = new Embeddings();
    if (from.number() != FORMAT) {
      return embeddings;
    }
    embeddings.chunks = EmbeddingChunks.unpack(from);
    embeddings.kept = KeptChunks.unpack(from);
    embeddings.draft = Draft.unpack(from);
    embeddings.waited = from.integer();
    if (from.flag()) {
      embeddings.provisional = from.flag();
      embeddings.knowsWeek = from.flag();
      embeddings.params = References.discrepancy(from);
      long since = from.number();
      embeddings.state = new MeanDiscrepancy.State(from.singles(MeanDiscrepancy.FEATURES), since);
    }
    return embeddings;
  }
}
