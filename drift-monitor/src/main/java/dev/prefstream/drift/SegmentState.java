package dev.prefstream.drift;

import dev.prefstream.drift.detect.Composition;
import dev.prefstream.drift.detect.HourlyScores;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.schemas.avro.ModelRef;
import org.jspecify.annotations.Nullable;

/**
 * One segment's state while a batch of its predictions is taken: read once, changed in memory,
 * written once. Mutable; one thread.
 */
final class SegmentState {

  final SegmentStore store;
  final String segment;
  Running running;
  Profile profile;

  private @Nullable Profile storedProfile;
  private @Nullable Signals signals;
  private @Nullable Embeddings embeddings;
  private @Nullable HourlyVolume volume;
  private @Nullable HourlyScores hours;
  private @Nullable Composition composition;
  private boolean volumeChanged;
  private boolean hoursChanged;
  private boolean embeddingsLoaded;

  private SegmentState(
      SegmentStore store,
      String segment,
      Running running,
      Profile profile,
      @Nullable Profile storedProfile) {
    this.store = store;
    this.segment = segment;
    this.running = running;
    this.profile = profile;
    this.storedProfile = storedProfile;
  }

  /** As kept, or begun with this model at this time. */
  static SegmentState of(
      SegmentStore store, String segment, ModelRef model, long time, DriftOptions options) {
    Running running = store.running(segment);
    Profile profile = store.profile(segment);
    return running == null || profile == null
        ? new SegmentState(
            store, segment, Running.begin(0, time), Profile.begin(model, "", options, 0), null)
        : new SegmentState(store, segment, running, profile, profile);
  }

  boolean whole() {
    return segment.equals(Segments.ALL);
  }

  Signals signals() {
    Signals loaded = signals;
    if (loaded == null) {
      loaded = store.signals(segment);
      signals = loaded;
    }
    return loaded;
  }

  /** Null where none came. */
  @Nullable Embeddings embeddings() {
    if (!embeddingsLoaded) {
      embeddings = store.embeddings(segment);
      embeddingsLoaded = true;
    }
    return embeddings;
  }

  /** The same where one comes. */
  Embeddings begunEmbeddings() {
    Embeddings loaded = embeddings();
    if (loaded == null) {
      loaded = new Embeddings();
      embeddings = loaded;
    }
    return loaded;
  }

  /** All charts begin anew. */
  void restartCharts() {
    running = running.chartedAnew();
    restartBeside();
  }

  /** The charts of what is watched beside scores begin anew after an alarm. */
  void restartBeside() {
    signals().restart();
    Embeddings known = embeddings();
    if (known != null) {
      known.restart();
    }
  }

  HourlyVolume volume() {
    HourlyVolume loaded = volume;
    if (loaded == null) {
      loaded = store.volume(segment);
      volume = loaded;
    }
    return loaded;
  }

  void volumeChanged() {
    volumeChanged = true;
  }

  /** What the hours were that the next reference is learnt from. */
  HourlyScores hours() {
    HourlyScores loaded = hours;
    if (loaded == null) {
      loaded = store.hours(segment);
      hours = loaded;
    }
    return loaded;
  }

  void hoursChanged() {
    hoursChanged = true;
  }

  /** Hours are learnt from anew. */
  void forgetHours() {
    store.forgetHours(segment);
    hours = null;
    hoursChanged = false;
    running = running.with(running.hour().withoutScores());
  }

  Composition composition() {
    Composition loaded = composition;
    if (loaded == null) {
      loaded = store.composition(segment);
      composition = loaded;
    }
    return loaded;
  }

  /** The reference's grid; null while there is no reference. */
  @Nullable ScoreGrid grid() {
    return store.grid(segment);
  }

  void keep(ScoreGrid learnt) {
    store.put(segment, learnt);
  }

  /** The last {@code size} predictions, or as many as there are. */
  Window window(int size) {
    return window(running.observed(), size);
  }

  /** The last {@code size} predictions up to that number, or as many as there are. */
  Window window(long last, int size) {
    return store.rings().window(segment, running, last, size, profile.ring());
  }

  /** The score of the prediction with that number, in units. */
  long score(long number) {
    return store.rings().score(segment, running, number, profile.ring());
  }

  /** The event time of the prediction with that number, or of the oldest that is kept. */
  long time(long number) {
    return store.rings().time(segment, running, number, profile.ring());
  }

  /** With one more prediction, whose chunk is kept where it is full. */
  void append(Running next) {
    running = next;
    if (next.hot().full()) {
      store.rings().seal(segment, next.hot(), next.observed(), profile.ring());
      running = next.sealed();
    }
  }

  /** With a baseline, from which on no more than a ring of that length is kept. */
  void keep(Baseline baseline, int ring) {
    if (ring < profile.ring()) {
      store.rings().shrink(segment, running, profile.ring(), ring);
    }
    profile = profile.with(baseline, ring);
  }

  /** Begins new statistics under a profile; what is kept of the old ones goes. */
  void beginAnew(Profile begun) {
    store.rings().forget(segment, profile.ring());
    if (embeddings != null) {
      embeddings.forgetChunks(store, segment);
    }
    store.forgetStatistics(segment);
    signals = null;
    embeddings = null;
    embeddingsLoaded = false;
    composition = null;
    hours = null;
    hoursChanged = false;
    profile = begun;
    running = running.anew();
  }

  /** Writes what has changed. */
  void save() {
    store.put(segment, running);
    if (profile != storedProfile) {
      store.put(segment, profile);
      storedProfile = profile;
    }
    if (signals != null) {
      store.put(segment, signals);
    }
    if (embeddings != null) {
      store.put(segment, embeddings);
    }
    if (volume != null && volumeChanged) {
      store.put(segment, volume);
    }
    if (hours != null && hoursChanged) {
      store.put(segment, hours);
    }
    if (composition != null) {
      store.put(segment, composition);
    }
  }
}
