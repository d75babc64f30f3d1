package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.Adwin;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.Jump;
import dev.prefstream.drift.detect.Onset;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.drift.detect.Sketch;
import dev.prefstream.drift.detect.StabilityIndex;
import dev.prefstream.drift.detect.Weekend;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs the chosen detectors over one segment's state. The fixed band and the cumulative sums of
 * scores see every prediction; ADWIN, jumps, the comparison of shapes, embeddings and the signals
 * see every full chunk; volume is judged when an hour ends. The fixed band gives way to a reference
 * where detectors that have one are chosen beside it.
 */
final class Detectors {

  /** Part of a threshold from which on a segment is in WARN. */
  private static final double NEAR = 0.7;

  /** Hours that should bring fewer are not judged. */
  private static final double LEAST_VOLUME = 100;

  private final DriftOptions options;
  private final Adwin.Params adwin;
  private final Set<String> chosen;
  private final Counter passedOver;
  private final ReferenceKeeper references;

  /**
   * @param passedOver counts embeddings that do not count
   */
  Detectors(DriftOptions options, Counter passedOver) {
    this.options = options;
    this.passedOver = passedOver;
    this.references = new ReferenceKeeper(options);
    this.chosen = options.detectors().stream().map(Detector::word).collect(Collectors.toSet());
    // One check cuts without cause with a chance of at most delta.
    this.adwin =
        new Adwin.Params(
            Math.min(0.5, Chunk.SIZE / options.scoreRunLength()), Chunk.SIZE, 5, 5, Chunk.SIZE);
  }

  /** Moves the charts and signals on by the prediction that was just appended. */
  void take(SegmentState state, Observation observation) {
    Baseline baseline = state.profile.baseline();
    if (baseline != null) {
      double score = baseline.season().removed(observation.value(), observation.time());
      state.running = state.running.with(baseline.reference().plus(state.running.charts(), score));
    }
    if (options.needsReference()) {
      state.signals().add(observation, options, state.whole());
      if (chunkIsFull(state.running)) {
        state.signals().endChunk(ReferenceKeeper.learns(state));
      }
    }
    if (options.uses(Detector.MMD)) {
      takeEmbedding(state, observation.sketch());
    }
    if (state.whole()) {
      state.composition().add(observation.origin(), observation.value());
    }
  }

  private void takeEmbedding(SegmentState state, @Nullable Sketch sketch) {
    long time = state.running.eventTime();
    if (sketch != null && !state.begunEmbeddings().add(sketch, time, state.store, state.segment)) {
      passedOver.increment();
    }
    Embeddings embeddings = chunkIsFull(state.running) ? state.embeddings() : null;
    if (embeddings != null) {
      embeddings.endChunk(state.store, state.segment, options, time, state.profile.phase().open());
    }
  }

  /**
   * Counts a prediction in its hour. Where it is the first of a new one, the hours before it are
   * full; what the last of these says of the volume, for the whole stream.
   */
  @Nullable Finding volume(SegmentState state, Observation observation) {
    RunningHour hour = state.running.hour();
    long now = Math.max(hour.number(), HourlyVolume.hour(state.running.eventTime()));
    Finding finding = null;
    if (now == hour.number()) {
      state.running = state.running.with(hour.counted());
    } else {
      references.endHour(state, now);
      state.running = state.running.with(RunningHour.first(now));
      finding = hour.isWhole() ? volume(state, hour, now) : null;
    }
    if (references.learnsHours(state) && HourlyVolume.hour(observation.time()) == now) {
      state.running = state.running.with(state.running.hour().plus(observation.score()));
    }
    return finding;
  }

  /** What a full hour says. */
  private @Nullable Finding volume(SegmentState state, RunningHour full, long next) {
    HourlyVolume volume = state.volume();
    double expected = volume.least(full.number());
    volume.plus(full.number(), full.predictions(), next);
    state.volumeChanged();
    return state.whole() && options.watches(Signals.VOLUME) && expected >= LEAST_VOLUME
        ? new Finding(
            Signals.VOLUME, HourlyVolume.COLLAPSE * expected / Math.max(1, full.predictions()), 1)
        : null;
  }

  /** Whether an alarm may be the weekend's. */
  boolean doubts(SegmentState state) {
    return references.doubtsScores(state) || references.doubtsEmbeddings(state);
  }

  /** Begins anew after an alarm that is held. */
  void restartDoubted(SegmentState state) {
    references.restartDoubted(state);
  }

  /** Learns from what they said. */
  void learn(SegmentState state, Verdict verdict) {
    references.learn(state, verdict);
  }

  /** What the detectors say of the state after its newest prediction. */
  Verdict judge(SegmentState state, @Nullable Finding volume) {
    Finding band = band(state);
    List<Finding> calibrated = calibrated(state, volume);
    List<Finding> findings = new ArrayList<>(calibrated);
    if (band != null) {
      findings.add(0, band);
    }
    Finding worst = worst(calibrated);
    boolean near = worst != null && worst.share() > NEAR;
    Finding alarm = worst != null && worst.share() > 1 ? worst : broken(state, band);
    if (alarm == null) {
      return Verdict.quiet(findings, near);
    }
    long from = from(state, alarm);
    if (mayBeTheWeekends(state, alarm) && beganAtAWeekend(state, from)) {
      alarm = worst(calibrated.stream().filter(f -> !mayBeTheWeekends(state, f)).toList());
      if (alarm == null || alarm.share() <= 1) {
        return Verdict.held(findings);
      }
      from = from(state, alarm);
    }
    long settleAfter =
        alarm.detector().equals(Detector.FIXED_BAND.word())
            ? options.window()
            : Math.max(options.window(), 3 * (state.running.observed() - from));
    return new Verdict(findings, alarm, near, false, from, settleAfter);
  }

  /** What the fixed band reads; null where it gives way, or has no full window yet. */
  private @Nullable Finding band(SegmentState state) {
    Running running = state.running;
    return options.uses(Detector.FIXED_BAND)
            && state.profile.baseline() == null
            && running.observed() >= options.window()
        ? new Finding(
            Detector.FIXED_BAND.word(),
            FixedBand.statistic(options.band(), running.sum()),
            options.band().band())
        : null;
  }

  /** The reading of the fixed band, where it alarms. */
  private @Nullable Finding broken(SegmentState state, @Nullable Finding band) {
    return band != null && FixedBand.outside(options.band(), state.running.sum()) ? band : null;
  }

  /** What the detectors read that have a run length. */
  private List<Finding> calibrated(SegmentState state, @Nullable Finding volume) {
    Baseline baseline = state.profile.baseline();
    List<Finding> findings = new ArrayList<>();
    if (baseline != null) {
      findings.addAll(against(baseline, state));
    } else if (chunkIsFull(state.running) && options.uses(Detector.ADWIN) && comparesHours()) {
      addTo(findings, cut(state));
    }
    Jump.Reading jump = jump(state);
    addTo(findings, jump == null ? null : jump.finding());
    addTo(findings, discrepancy(state));
    addTo(findings, volume);
    return findings;
  }

  private static void addTo(List<Finding> findings, @Nullable Finding finding) {
    if (finding != null) {
      findings.add(finding);
    }
  }

  private List<Finding> against(Baseline baseline, SegmentState state) {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : baseline.reference().read(state.running.charts())) {
      if (chosen.contains(finding.detector())) {
        findings.add(finding);
      }
    }
    if (chunkIsFull(state.running)) {
      state.signals().read().forEach(reading -> findings.add(reading.finding()));
    }
    if ((options.uses(Detector.KS) || options.uses(Detector.PSI)) && shapeIsDue(state)) {
      ScoreGrid grid = requireNonNull(state.grid());
      double[] last = window(state);
      if (options.uses(Detector.KS)) {
        findings.add(baseline.reference().read(grid, last));
      }
      if (options.uses(Detector.PSI)) {
        findings.add(baseline.reference().read(new StabilityIndex(grid), last));
      }
    }
    return findings;
  }

  /** Takes the newest chunk into ADWIN's window; what cut it, or null. */
  private @Nullable Finding cut(SegmentState state) {
    Adwin window = state.store.adwin(state.segment, adwin);
    boolean cut = false;
    for (double score : state.window(Chunk.SIZE).scores()) {
      cut |= window.add(score);
    }
    state.store.put(state.segment, window);
    return cut
        ? new Finding(Detector.ADWIN.word(), window.lastDifference(), window.lastBound())
        : null;
  }

  private static @Nullable Finding worst(List<Finding> findings) {
    Finding worst = null;
    for (Finding finding : findings) {
      worst = worst == null || finding.share() > worst.share() ? finding : worst;
    }
    return worst;
  }

  /** Not what is larger than a weekend makes, nor what is known for each hour. */
  private boolean mayBeTheWeekends(SegmentState state, Finding alarm) {
    if (alarm.detector().equals(Jump.NAME) || alarm.detector().equals(Signals.VOLUME)) {
      return false;
    }
    return alarm.detector().equals(Detector.MMD.word())
        ? references.doubtsEmbeddings(state)
        : references.doubtsScores(state);
  }

  private static boolean beganAtAWeekend(SegmentState state, long from) {
    return Weekend.contains(HourlyVolume.hour(state.time(from)));
  }

  /** Whether one hour may be compared with another: else a daily cycle would look like drift. */
  private boolean comparesHours() {
    return !options.needsReference() || options.seasonality() == Seasonality.NONE;
  }

  /** What embeddings read; null where there is nothing to read. */
  private @Nullable Finding discrepancy(SegmentState state) {
    Embeddings embeddings =
        options.uses(Detector.MMD) && chunkIsFull(state.running) ? state.embeddings() : null;
    return embeddings == null ? null : embeddings.read();
  }

  /**
   * What the newest scores read against those before them, since the learning began: until there is
   * a reference, and at weekends of which it knows nothing. Null where there is nothing to read.
   */
  private Jump.@Nullable Reading jump(SegmentState state) {
    Running running = state.running;
    Baseline baseline = state.profile.baseline();
    if (!options.uses(Detector.JUMP)
        || running.observed() % Jump.EVERY != 0
        || (baseline != null && !references.isUnknown(state))) {
      return null;
    }
    long learnt = running.observed() - state.profile.learntFrom() + 1;
    int most = Math.min(state.profile.ring(), 2 * options.window());
    Window newest = state.window((int) Math.min(learnt, most));
    if (baseline != null) {
      return jump(baseline.season().removed(newest.scores(), newest.times()), newest, false);
    }
    boolean weekend =
        options.seasonality() != Seasonality.NONE
            && Weekend.touches(
                HourlyVolume.hour(newest.earliest()), HourlyVolume.hour(newest.latest()));
    return jump(newest.scores(), newest, weekend);
  }

  private Jump.@Nullable Reading jump(double[] scores, Window newest, boolean weekend) {
    return Jump.read(scores, newest.hourly(), options.window(), weekend, options.scoreRunLength());
  }

  /** The last window's scores as the reference sees them. */
  private double[] window(SegmentState state) {
    Window window = state.window(options.window());
    return requireNonNull(state.profile.baseline())
        .season()
        .removed(window.scores(), window.times());
  }

  private boolean shapeIsDue(SegmentState state) {
    Running running = state.running;
    return chunkIsFull(running) && running.observed() - running.chartedFrom() >= options.window();
  }

  static boolean chunkIsFull(Running running) {
    return running.observed() % Chunk.SIZE == 0;
  }

  /** The prediction with which what it alarms for began. */
  private long from(SegmentState state, Finding alarm) {
    Running running = state.running;
    long ago =
        Detector.named(alarm.detector())
            .map(
                detector ->
                    switch (detector) {
                      case FIXED_BAND -> bandBrokenAgo(state);
                      case CUSUM_MEAN, CUSUM_DISPERSION, CUSUM_SHAPE, KS, PSI ->
                          requireNonNull(state.profile.baseline())
                              .reference()
                              .since(alarm.detector(), running.charts());
                      case MMD -> requireNonNull(state.embeddings()).since();
                      case JUMP -> requireNonNull(jump(state)).since();
                      case ADWIN -> state.store.adwin(state.segment, adwin).count();
                    })
            .orElseGet(() -> state.signals().since(alarm.detector()));
    return Math.max(1, running.observed() - ago + 1);
  }

  private long bandBrokenAgo(SegmentState state) {
    double[] scores = state.window(options.window()).scores();
    boolean up = ScoreUnits.score(state.running.sum()) / options.window() > FixedBand.CENTRE;
    double boundary = FixedBand.CENTRE + (up ? 1 : -1) * options.band().band() / 2;
    return scores.length - Onset.estimate(scores, boundary, up);
  }
}
