package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.Adwin;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.Jump;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.Onset;
import dev.prefstream.drift.detect.Reference;
import dev.prefstream.drift.detect.ReferenceLearning;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.drift.detect.Sketch;
import dev.prefstream.drift.detect.StabilityIndex;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the chosen detectors over one segment's state. The compatible rule and the cumulative sums
 * of scores see every prediction; ADWIN, jumps, the comparison of shapes, embeddings and the
 * signals see every full chunk; volume is judged when an hour ends. The compatible rule gives way
 * to a reference where detectors that have one are chosen beside it.
 */
final class Detectors {

  /** Part of a threshold from which on a segment is in WARN. */
  private static final double NEAR = 0.7;

  /** An hour with less of what it should bring is a collapse. */
  private static final double COLLAPSED = 0.3;

  /** Hours that should bring fewer are not judged. */
  private static final double LEAST_VOLUME = 100;

  private static final Logger log = LoggerFactory.getLogger(Detectors.class);

  private final DriftOptions options;
  private final Adwin.Params adwin;
  private final Set<String> chosen;
  private final Counter passedOver;
  private final InProgress<ReferenceLearning> ofScores = new InProgress<>();
  private final InProgress<MeanDiscrepancy.Learning> ofEmbeddings = new InProgress<>();

  /**
   * @param passedOver counts embeddings that do not count
   */
  Detectors(DriftOptions options, Counter passedOver) {
    this.options = options;
    this.passedOver = passedOver;
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
        state.signals().endChunk(!state.profile.frozen());
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
    if (sketch != null && !state.begunEmbeddings().add(sketch, state.store, state.segment)) {
      passedOver.increment();
    }
    Embeddings embeddings = chunkIsFull(state.running) ? state.embeddings() : null;
    if (embeddings != null) {
      embeddings.endChunk(state.store, state.segment, options, state.running.hour().number());
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
      if (hour.scores() > 0 && state.profile.learntTo() == 0) {
        state.hours().plus(hour.number(), hour.scores(), ScoreUnits.score(hour.sum()));
        state.hoursChanged();
      }
      state.running = state.running.with(RunningHour.first(now));
      finding = hour.isWhole() ? volume(state, hour, now) : null;
    }
    if (learnsHours(state) && HourlyVolume.hour(observation.time()) == now) {
      state.running = state.running.with(state.running.hour().plus(observation.score()));
    }
    return finding;
  }

  /** While a reference is worked out, what it is made of must stay as it was. */
  private boolean learnsHours(SegmentState state) {
    return options.needsReference()
        && options.seasonality() != Seasonality.NONE
        && !state.profile.frozen()
        && state.profile.learntTo() == 0;
  }

  /** What a full hour says. */
  private @Nullable Finding volume(SegmentState state, RunningHour full, long next) {
    HourlyVolume volume = state.volume();
    double expected = volume.least(full.number());
    volume.plus(full.number(), full.predictions(), next);
    state.volumeChanged();
    return state.whole() && options.watches(Signals.VOLUME) && expected >= LEAST_VOLUME
        ? new Finding(Signals.VOLUME, COLLAPSED * expected / Math.max(1, full.predictions()), 1)
        : null;
  }

  /** What the detectors say of the state after its newest prediction. */
  Verdict judge(SegmentState state, @Nullable Finding volume) {
    Running running = state.running;
    List<Finding> findings = new ArrayList<>();
    Finding alarm = null;
    Baseline baseline = state.profile.baseline();
    if (options.uses(Detector.FIXED_BAND)
        && baseline == null
        && running.observed() >= options.window()) {
      Finding band =
          new Finding(
              Detector.FIXED_BAND.word(),
              FixedBand.statistic(options.band(), running.sum()),
              options.band().band());
      findings.add(band);
      if (FixedBand.outside(options.band(), running.sum())) {
        alarm = band;
      }
    }
    List<Finding> calibrated = new ArrayList<>();
    Adwin window = null;
    if (baseline != null) {
      for (Finding finding : baseline.reference().read(running.charts())) {
        if (chosen.contains(finding.detector())) {
          calibrated.add(finding);
        }
      }
      if (chunkIsFull(running)) {
        state.signals().read().forEach(reading -> calibrated.add(reading.finding()));
      }
      if ((options.uses(Detector.KS) || options.uses(Detector.PSI)) && shapeIsDue(state)) {
        ScoreGrid grid = requireNonNull(state.grid());
        double[] last = window(state);
        if (options.uses(Detector.KS)) {
          calibrated.add(baseline.reference().read(grid, last));
        }
        if (options.uses(Detector.PSI)) {
          calibrated.add(baseline.reference().read(new StabilityIndex(grid), last));
        }
      }
    } else if (chunkIsFull(running)) {
      if (options.uses(Detector.ADWIN) && comparesHours()) {
        window = state.store.adwin(state.segment, adwin);
        boolean cut = false;
        for (double score : state.window(Chunk.SIZE).scores()) {
          cut |= window.add(score);
        }
        state.store.put(state.segment, window);
        if (cut) {
          calibrated.add(
              new Finding(Detector.ADWIN.word(), window.lastDifference(), window.lastBound()));
        }
      }
      Jump.Reading jump = options.uses(Detector.JUMP) ? jump(state) : null;
      if (jump != null) {
        calibrated.add(jump.finding());
      }
    }
    Finding discrepancy = discrepancy(state);
    if (discrepancy != null) {
      calibrated.add(discrepancy);
    }
    if (volume != null) {
      calibrated.add(volume);
    }
    findings.addAll(calibrated);
    Finding worst = null;
    for (Finding finding : calibrated) {
      worst = worst == null || finding.share() > worst.share() ? finding : worst;
    }
    if (worst != null && worst.share() > 1) {
      alarm = worst;
    }
    boolean near = worst != null && worst.share() > NEAR;
    if (alarm == null) {
      return new Verdict(findings, null, near, 0, 0);
    }
    long from = from(state, alarm, window);
    long settleAfter =
        alarm.detector().equals(Detector.FIXED_BAND.word())
            ? options.window()
            : Math.max(options.window(), 3 * (running.observed() - from));
    return new Verdict(findings, alarm, near, from, settleAfter);
  }

  /** What embeddings read; null where there is nothing to read. */
  private @Nullable Finding discrepancy(SegmentState state) {
    Embeddings embeddings =
        options.uses(Detector.MMD) && chunkIsFull(state.running) ? state.embeddings() : null;
    return embeddings == null ? null : embeddings.read();
  }

  /** What the newest scores read against those before them, since the learning began. */
  private Jump.@Nullable Reading jump(SegmentState state) {
    if (state.running.observed() % Jump.EVERY != 0) {
      return null;
    }
    long learnt = state.running.observed() - state.profile.learntFrom() + 1;
    int ring = Math.min(state.profile.ring(), 2 * options.window());
    Window newest = state.window((int) Math.min(learnt, ring));
    return Jump.read(newest.scores(), newest.hourly(), options.window(), options.scoreRunLength());
  }

  /** The last window's scores as the reference sees them. */
  private double[] window(SegmentState state) {
    Window window = state.window(options.window());
    return requireNonNull(state.profile.baseline())
        .season()
        .removed(window.scores(), window.times());
  }

  /**
   * Learns from alarms and from the number of predictions: an alarm begins the learning anew, since
   * a reference is of a time when all was well; enough predictions make a reference that is frozen,
   * some of them a provisional one. Its thresholds are worked out while a tenth as many predictions
   * come, half a window at least, a part with each, and then it stands. Embeddings count for
   * themselves.
   */
  void learn(SegmentState state, Verdict verdict) {
    if (options.uses(Detector.MMD) && (verdict.calibrated() || chunkIsFull(state.running))) {
      learnEmbeddings(state, verdict.calibrated());
    }
    if (!options.needsReference() || state.profile.frozen()) {
      return;
    }
    if (verdict.calibrated()) {
      state.profile = state.profile.learningFrom(state.running.observed() + 1);
      state.signals().learnAnew();
      state.forgetHours();
      ofScores.forget(state.segment);
      return;
    }
    if (referenceIsDue(state)) {
      ofScores.forget(state.segment);
      state.profile = state.profile.learningTo(state.running.observed());
    }
    if (state.profile.learntTo() > 0) {
      learnScores(state);
    }
  }

  /** Whether a full reference is due, or, where there is none, a provisional one. */
  private boolean referenceIsDue(SegmentState state) {
    Profile profile = state.profile;
    long learnt = state.running.observed() - profile.learntFrom() + 1;
    int some = options.provisionalReference();
    boolean begun = profile.learntTo() > 0;
    boolean full =
        learnt >= options.reference() && (!begun || workedOutOf(profile) < options.reference());
    boolean provisional = !begun && profile.baseline() == null && some > 0 && learnt >= some;
    boolean now = learnt == some || learnt == options.reference() || chunkIsFull(state.running);
    return (full || provisional) && now && showsCycles(state);
  }

  /** Predictions of the reference that is worked out. */
  private int workedOutOf(Profile profile) {
    return (int) Math.min(options.reference(), profile.learntTo() - profile.learntFrom() + 1);
  }

  private void learnScores(SegmentState state) {
    long to = state.profile.learntTo();
    int predictions = workedOutOf(state.profile);
    boolean provisional = predictions < options.reference();
    ReferenceLearning learning =
        ofScores.at(
            state.segment,
            to,
            (int) (state.running.observed() - to),
            options.workedOutIn(predictions),
            () -> begin(state, to, predictions, provisional));
    if (learning != null) {
      freeze(state, learning, provisional);
    }
  }

  private ReferenceLearning begin(
      SegmentState state, long to, int predictions, boolean provisional) {
    Window window = state.window(to, predictions);
    HourOfWeek.Learnt cycle =
        options.seasonality() == Seasonality.NONE
            ? HourOfWeek.Learnt.NOTHING
            : HourOfWeek.learn(
                state.hours(),
                state.hours().hours(HourlyVolume.hour(window.latest())),
                window.scores(),
                window.times());
    return new ReferenceLearning(
        cycle,
        window.scores(),
        window.times(),
        options.window(),
        options.scoreRunLength(),
        options.uses(Detector.PSI),
        provisional);
  }

  /** Whether one hour may be compared with another: else a daily cycle would look like drift. */
  private boolean comparesHours() {
    return !options.needsReference() || options.seasonality() == Seasonality.NONE;
  }

  /** Whether enough was seen of what comes again with the clock. */
  private boolean showsCycles(SegmentState state) {
    return state.hours().hours(state.running.hour().number()) >= options.seasonality().hoursToSee();
  }

  private void learnEmbeddings(SegmentState state, boolean anew) {
    Embeddings embeddings = state.embeddings();
    if (embeddings == null) {
      return;
    }
    if (anew) {
      embeddings.learnAnew(state.store, state.segment);
    } else if (embeddings.learn(
        options, state.store, state.segment, ofEmbeddings, () -> showsCycles(state))) {
      log.atInfo()
          .addKeyValue("segment", state.segment)
          .addKeyValue("reading", embeddings.read())
          .log("reference of embeddings learnt");
    }
  }

  private void freeze(SegmentState state, ReferenceLearning learning, boolean provisional) {
    Reference reference = learning.finish();
    HourOfWeek season = learning.season();
    state.keep(learning.grid());
    state.store.forgetAdwin(state.segment);
    state.signals().freeze(options.signalRunLength());
    int ring = state.profile.ring();
    if (!provisional) {
      state.forgetHours();
    }
    if (!provisional && ring > options.window()) {
      state.store.shrink(state.segment, state.running, ring, options.window());
      ring = options.window();
    }
    state.profile =
        state.profile.with(
            new Baseline(reference, provisional, season, state.running.observed()), ring);
    state.running = state.running.withoutCharts();
    log.atInfo()
        .addKeyValue("segment", state.segment)
        .addKeyValue("predictions", reference.count())
        .addKeyValue("provisional", provisional)
        .addKeyValue("seasonal", !season.offsets().isEmpty())
        .addKeyValue("mean", reference.mean())
        .addKeyValue("sd", reference.sd())
        .log("reference learnt");
  }

  private boolean shapeIsDue(SegmentState state) {
    Running running = state.running;
    long begun = Math.max(state.profile.chartedFrom(), running.lastAlarm());
    return chunkIsFull(running) && running.observed() - begun >= options.window();
  }

  static boolean chunkIsFull(Running running) {
    return running.observed() % Chunk.SIZE == 0;
  }

  private long from(SegmentState state, Finding alarm, @Nullable Adwin window) {
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
                      case ADWIN -> requireNonNull(window).count();
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
