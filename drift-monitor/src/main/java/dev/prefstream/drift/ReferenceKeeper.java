package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.DiscrepancyLearning;
import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.HourlyScores;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.Reference;
import dev.prefstream.drift.detect.ReferenceLearning;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.drift.detect.Weekend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns what a segment is compared with: references, of working days until two weeks were seen,
 * and what the hours of the week add. Learnings in progress are held in memory; what comes of them
 * follows from the store. Mutable; one thread.
 */
final class ReferenceKeeper {

  private static final Logger log = LoggerFactory.getLogger(ReferenceKeeper.class);

  private final DriftOptions options;
  private final InProgress<ReferenceLearning> ofScores = new InProgress<>();
  private final InProgress<DiscrepancyLearning> ofEmbeddings = new InProgress<>();

  ReferenceKeeper(DriftOptions options) {
    this.options = options;
  }

  /**
   * Learns from alarms and from the number of predictions: an alarm begins the learning anew, since
   * a reference is of a time when all was well; enough predictions make a reference that is frozen,
   * some of them a provisional one. Its thresholds are worked out while a tenth as many predictions
   * come, half a window at least, a part with each, and then it stands. So are those of a frozen
   * one when two weeks were seen. Embeddings count for themselves.
   */
  void learn(SegmentState state, Verdict verdict) {
    if (options.uses(Detector.MMD)
        && (verdict.calibrated() || Detectors.chunkIsFull(state.running))) {
      learnEmbeddings(state, verdict.calibrated());
    }
    if (!options.needsReference()) {
      return;
    }
    Profile profile = state.profile;
    if (profile.frozen() && !profile.awaitsWeek()) {
      return;
    }
    if (verdict.calibrated()) {
      learnAnew(state);
      return;
    }
    boolean full = !profile.frozen() && fullIsDue(state);
    if (full || weekIsDue(state) || provisionalIsDue(state)) {
      ofScores.forget(state.segment);
      state.profile = profile.learningTo(state.running.observed(), full);
    }
    if (state.profile.learntTo() > 0) {
      learnScores(state);
    }
  }

  /** A frozen reference stays, and what was learnt of the hours. */
  private void learnAnew(SegmentState state) {
    ofScores.forget(state.segment);
    state.profile = state.profile.learningFrom(state.running.observed() + 1);
    if (!state.profile.frozen()) {
      state.signals().learnAnew();
      state.forgetHours();
    }
  }

  /** Of working days alone, or of two weeks and more. */
  private boolean fullIsDue(SegmentState state) {
    Profile profile = state.profile;
    return learnt(state) >= options.reference()
        && !(profile.learntTo() > 0 && profile.learnsFull())
        && (learnt(state) == options.reference() || Detectors.chunkIsFull(state.running))
        && showsCycles(state)
        && (showsWeek(state) || !touchesAWeekend(state, options.reference()));
  }

  private boolean provisionalIsDue(SegmentState state) {
    int some = options.provisionalReference();
    return some > 0
        && state.profile.baseline() == null
        && state.profile.learntTo() == 0
        && learnt(state) >= some
        && (learnt(state) == some || Detectors.chunkIsFull(state.running))
        && showsCycles(state)
        && (showsWeek(state) || state.hours().ofWorkingDays().count() >= some);
  }

  /** Predictions since the learning began. */
  private static long learnt(SegmentState state) {
    return state.running.observed() - state.profile.learntFrom() + 1;
  }

  /** Whether one of the newest predictions is of a weekend. */
  private static boolean touchesAWeekend(SegmentState state, int newest) {
    long oldest = state.time(state.running.observed() - newest + 1);
    return Weekend.touches(HourlyVolume.hour(oldest), state.running.hour().number());
  }

  /** Predictions of the reference that is worked out. */
  private int workedOutOf(Profile profile) {
    return (int) Math.min(options.reference(), profile.learntTo() - profile.learntFrom() + 1);
  }

  private void learnScores(SegmentState state) {
    long to = state.profile.learntTo();
    int predictions = workedOutOf(state.profile);
    boolean provisional = !state.profile.learnsFull() && !state.profile.frozen();
    ReferenceLearning learning =
        ofScores.at(
            state.segment,
            to,
            (int) (state.running.observed() - to),
            options.workedOutIn(predictions),
            () -> begin(state, to, predictions, provisional));
    if (learning == null) {
      return;
    }
    if (state.profile.frozen()) {
      takeWeek(state, learning);
    } else {
      freeze(state, learning, provisional);
    }
  }

  private ReferenceLearning begin(
      SegmentState state, long to, int predictions, boolean provisional) {
    Window window = state.window(to, predictions);
    HourlyScores hours = state.hours();
    long now = HourlyVolume.hour(window.latest());
    if (options.seasonality() == Seasonality.DAY && !Seasonality.DAY.showsWeek(hours.seen(), now)) {
      window = window.ofWorkingDays(options.window());
      hours = hours.ofWorkingDays();
    }
    HourOfWeek.Learnt cycle =
        options.seasonality() == Seasonality.NONE
            ? HourOfWeek.Learnt.NOTHING
            : HourOfWeek.learn(hours, hours.seen().until(now), window.scores(), window.times());
    return new ReferenceLearning(
        cycle,
        window.scores(),
        window.times(),
        options.window(),
        options.referenceRunLength(),
        options.uses(Detector.PSI),
        provisional);
  }

  /** Whether enough was seen of what comes again with the clock. */
  private boolean showsCycles(SegmentState state) {
    return options.seasonality().shows(state.hours().seen(), state.running.hour().number());
  }

  /** Whether that tells one hour of the week from another. */
  private boolean showsWeek(SegmentState state) {
    return options.seasonality().showsWeek(state.hours().seen(), state.running.hour().number());
  }

  /**
   * With the first prediction of an hour, outside incidents, and where thresholds of a frozen
   * reference can be drawn of as many predictions as it was.
   */
  private boolean weekIsDue(SegmentState state) {
    Profile profile = state.profile;
    return profile.awaitsWeek()
        && options.seasonality() != Seasonality.NONE
        && state.running.hour().isFirst()
        && profile.learntTo() == 0
        && !profile.phase().open()
        && (!profile.frozen() || learnt(state) >= options.reference())
        && showsWeek(state);
  }

  /**
   * From now on a frozen reference is met by what the hour of the week leaves of scores, with
   * thresholds for what these hours may be wrong by.
   */
  private void takeWeek(SegmentState state, ReferenceLearning learning) {
    Baseline baseline = requireNonNull(state.profile.baseline());
    HourOfWeek week = learning.cycle().season().onTheLevelOf(baseline.season(), state.hours());
    keep(state, baseline.knowing(week, learning.finish()));
    state.signals().freeze(options.signalRunLength());
    state.restartCharts();
    log.atInfo().addKeyValue("segment", state.segment).log("hours of the week learnt");
  }

  /** Takes a baseline; what is kept no longer than for the one before goes. */
  private void keep(SegmentState state, Baseline baseline) {
    state.keep(baseline, options.ring(baseline));
    if (state.profile.frozen() && !state.profile.awaitsWeek()) {
      state.forgetHours();
    }
  }

  private void learnEmbeddings(SegmentState state, boolean anew) {
    Embeddings embeddings = state.embeddings();
    if (embeddings == null) {
      return;
    }
    if (anew) {
      embeddings.learnAnew(state.store, state.segment);
    } else if (embeddings.learn(
        options, state.store, state.segment, ofEmbeddings, state.running.hour().number())) {
      log.atInfo()
          .addKeyValue("segment", state.segment)
          .addKeyValue("reading", embeddings.read())
          .log("reference of embeddings learnt");
    }
  }

  private void freeze(SegmentState state, ReferenceLearning learning, boolean provisional) {
    Reference reference = learning.finish();
    HourOfWeek.Learnt cycle = learning.cycle();
    boolean knowsWeek = cycle.ofWeek() || options.seasonality() != Seasonality.DAY;
    state.keep(learning.grid());
    state.store.forgetAdwin(state.segment);
    state.signals().freeze(options.signalRunLength());
    keep(state, new Baseline(reference, provisional, cycle.season(), knowsWeek));
    state.running = state.running.chartedAnew();
    log.atInfo()
        .addKeyValue("segment", state.segment)
        .addKeyValue("predictions", reference.count())
        .addKeyValue("provisional", provisional)
        .addKeyValue("seasonal", !cycle.season().offsets().isEmpty())
        .addKeyValue("mean", reference.mean())
        .addKeyValue("sd", reference.sd())
        .log("reference learnt");
  }

  /** What the running hour brought is learnt; charts begin anew where an unknown weekend ends. */
  void endHour(SegmentState state, long next) {
    RunningHour hour = state.running.hour();
    if (state.profile.awaitsWeek() && !learns(state)) {
      state.hours().skip(next - hour.number());
      state.hoursChanged();
    } else if (hour.scores() > 0 && state.profile.learntTo() == 0) {
      state.hours().plus(hour.number(), hour.scores(), ScoreUnits.score(hour.sum()));
      state.hoursChanged();
    }
    if (!Weekend.contains(next)) {
      restartDoubted(state);
    }
  }

  /** While a reference is worked out, what it is made of must stay as it was. */
  boolean learnsHours(SegmentState state) {
    return options.needsReference()
        && options.seasonality() != Seasonality.NONE
        && state.profile.learntTo() == 0
        && learns(state);
  }

  /**
   * Until a reference is frozen, and then outside incidents until the hours of the week are known.
   */
  static boolean learns(SegmentState state) {
    Profile profile = state.profile;
    return !profile.frozen() || (profile.awaitsWeek() && !profile.phase().open());
  }

  /** Whether it is weekend, and nothing was learnt of weekends. */
  boolean isUnknown(SegmentState state) {
    return options.seasonality() == Seasonality.DAY
        && state.profile.awaitsWeek()
        && Weekend.contains(state.running.hour().number());
  }

  /**
   * Whether an alarm about scores may be the weekend's: not where an incident is open, whatever
   * prolongs it.
   */
  boolean doubtsScores(SegmentState state) {
    return isUnknown(state) && !state.profile.phase().open();
  }

  /** The same of an alarm about embeddings, which learn of weekends for themselves. */
  boolean doubtsEmbeddings(SegmentState state) {
    Embeddings embeddings = options.uses(Detector.MMD) ? state.embeddings() : null;
    return options.seasonality() == Seasonality.DAY
        && embeddings != null
        && !embeddings.knowsWeek()
        && Weekend.contains(state.running.hour().number())
        && !state.profile.phase().open();
  }

  /** Charts begin anew whose alarms may be the weekend's. */
  void restartDoubted(SegmentState state) {
    if (doubtsScores(state)) {
      state.restartCharts();
    } else if (doubtsEmbeddings(state)) {
      requireNonNull(state.embeddings()).restart();
    }
  }
}
