package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.Profile.Incident;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.IncidentLife;
import dev.prefstream.drift.detect.IncidentLife.Phase;
import dev.prefstream.drift.detect.IncidentLife.Reading;
import dev.prefstream.drift.detect.IncidentLife.Step;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.ModelRef;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes predictions of a segment, one after the other, moves its statistics and its incident on,
 * and forwards the reports that are due and what there is to say of the incident. The outcome
 * depends on the order of the segment's predictions alone, not on how they are cut into batches: no
 * clock is read, and all state is in the store.
 *
 * <p>Late tickets count when they come; their times show in the evidence.
 *
 * <p>A new model begins new statistics at once and ends an open incident, and so does a request to
 * learn the reference anew. While scorers change over, some scores of the model before still come:
 * {@link #STRAGGLERS} of them in a row are passed over, the next means that the model was put back.
 */
final class WatchSegments implements Processor<String, Batch, String, SpecificRecord> {

  /** Successive predictions of the model before that do not yet mean it is back. */
  static final int STRAGGLERS = 100;

  /** Global store of requests to learn references anew, by segment. */
  static final String RESETS = "reference-resets";

  /** On which day each segment came last. */
  static final String DAYS = "watched-days";

  private static final Logger log = LoggerFactory.getLogger(WatchSegments.class);

  private final DriftOptions options;
  private final int settings;
  private final Detectors detectors;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable SegmentStore store;
  private @Nullable IdleSegments idle;
  private @Nullable Resets resets;

  WatchSegments(DriftOptions options, MeterRegistry registry) {
    this.options = options;
    this.settings = options.fingerprint();
    this.detectors = new Detectors(options, Metric.DRIFT_EMBEDDINGS_PASSED_OVER.counter(registry));
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> newContext) {
    context = newContext;
    KeyValueStore<Bytes, byte[]> bytes = newContext.getStateStore(SegmentStore.NAME);
    store = new SegmentStore(bytes);
    idle = new IdleSegments(newContext.getStateStore(DAYS), options.forgetIdle());
    resets = new Resets(newContext.getStateStore(RESETS));
  }

  @Override
  public void process(Record<String, Batch> record) {
    forgetIdle(record);
    Batch batch = record.value();
    SegmentState state =
        SegmentState.of(
            requireNonNull(store),
            record.key(),
            batch.model(),
            batch.observations().get(0).time(),
            options);
    followReset(record, state);
    followSettings(state);
    for (Observation observation : batch.observations()) {
      take(record, state, observation);
    }
    state.save();
  }

  /** The whole stream is not forgotten, however long it stood still. */
  private void forgetIdle(Record<String, Batch> record) {
    IdleSegments segments = requireNonNull(idle);
    long time =
        record.value().observations().stream().mapToLong(Observation::time).max().orElseThrow();
    if (record.key().equals(Segments.ALL)) {
      segments.passes(time);
    } else if (segments.seen(record.key(), time)) {
      forget(record);
    }
    segments.forgetDue(segment -> forget(record.withKey(segment)));
  }

  private void forget(Record<String, Batch> record) {
    Observation cause = record.value().observations().get(0);
    SegmentState state =
        SegmentState.of(
            requireNonNull(store), record.key(), record.value().model(), cause.time(), options);
    end(
        record,
        state,
        cause,
        "%d days without a prediction".formatted(options.forgetIdle().toDays()));
    state.store.forget(state.segment, state.profile);
    log.atInfo().addKeyValue("segment", state.segment).log("idle segment forgotten");
  }

  private void take(Record<String, Batch> record, SegmentState state, Observation observation) {
    Batch batch = record.value();
    if (!batch.model().getHash().equals(state.profile.model().getHash())) {
      if (batch.model().getHash().equals(state.profile.previousHash())
          && state.running.stragglers() < STRAGGLERS) {
        state.running = state.running.straggler(observation.time());
        return;
      }
      changeModel(record, state, observation);
    }
    append(state, observation);
    judge(record, state, observation);
  }

  /** The statistics with one more prediction, and the window's oldest taken out of the sum. */
  private void append(SegmentState state, Observation observation) {
    Running running = state.running;
    int window = options.window();
    long leaves = running.observed() < window ? 0 : state.score(running.observed() - window + 1);
    state.append(
        running.plus(
            observation.ticketId(),
            observation.score(),
            observation.time(),
            running.sum() + observation.score() - leaves));
  }

  private void judge(Record<String, Batch> record, SegmentState state, Observation observation) {
    detectors.take(state, observation);
    Finding volume = detectors.volume(state, observation);
    Verdict verdict = detectors.judge(state, volume);
    List<Signals.Reading> beside =
        verdict.calibrated() ? state.signals().read() : List.of(); // As they were at the alarm.
    restartCharts(state, verdict);
    Step step = move(state, verdict);
    long observed = state.running.observed();
    if (observed % options.window() == 0) {
      endWindow(state);
    }
    AlertEvent event = event(state, step);
    if (event != null) {
      tell(record, state, findings(state, verdict, beside), event, observation.time(), null);
    }
    detectors.learn(state, verdict);
    if (observed % options.reportEvery() == 0) {
      Findings findings = findings(state, verdict, beside);
      forward(record.withValue(findings.report(state.window(options.window()))));
    }
  }

  private void restartCharts(SegmentState state, Verdict verdict) {
    if (verdict.alarm() != null) {
      state.running = state.running.alarmed();
      if (verdict.calibrated()) {
        state.restartBeside();
      }
    } else if (verdict.held()) {
      detectors.restartDoubted(state);
    }
  }

  /** Moves the life of the segment's incident on. */
  private Step move(SegmentState state, Verdict verdict) {
    Profile before = state.profile;
    Incident last = before.incident();
    Step step =
        IncidentLife.after(
            before.phase(),
            reading(verdict, state),
            state.running.observed() - state.running.lastAlarm(),
            last == null ? 0 : last.settleAfter(),
            options.window());
    if (step.next() != before.phase()) {
      state.profile = before.with(step.next());
    }
    if (step.opened()) {
      state.profile = state.profile.with(open(state, verdict));
    }
    return step;
  }

  /** A full window outside incidents is what an alert compares with. */
  private void endWindow(SegmentState state) {
    boolean open = state.profile.phase().open();
    if (state.whole()) {
      state.composition().roll(!open);
    }
    if (!open) {
      state.profile = state.profile.plus(state.window(options.window()).summary());
    }
  }

  /** What there is to say of the incident; null for nothing. */
  private @Nullable AlertEvent event(SegmentState state, Step step) {
    if (step.opened()) {
      return AlertEvent.OPENED;
    }
    if (step.recovered()) {
      return AlertEvent.RECOVERED;
    }
    return step.next().open() && updateIsDue(state) ? AlertEvent.UPDATED : null;
  }

  /** Every window of an incident, and when it is long enough to be called confirmed. */
  private boolean updateIsDue(SegmentState state) {
    long length = Findings.incidentPredictions(state);
    return length % options.window() == 0 || length == options.retraining().leastPredictions();
  }

  private Reading reading(Verdict verdict, SegmentState state) {
    if (verdict.alarm() != null) {
      return Reading.ALARM;
    }
    // Between full chunks only a part of the detectors has spoken, and no weekend clears itself.
    boolean full = Detectors.chunkIsFull(state.running);
    boolean stays = state.profile.phase() == Phase.WARN && (!full || detectors.doubts(state));
    return verdict.held() || stays || (full && verdict.near()) ? Reading.NEAR : Reading.QUIET;
  }

  private static Incident open(SegmentState state, Verdict verdict) {
    ScoreGrid grid = state.grid();
    long since = state.time(verdict.from());
    return new Incident(
        Findings.alertId(
            state.segment, state.profile.model().getHash(), state.running.total(), since),
        since,
        verdict.from(),
        requireNonNull(verdict.alarm()).detector(),
        verdict.settleAfter(),
        grid != null ? grid.summary() : state.profile.older());
  }

  private void changeModel(
      Record<String, Batch> record, SegmentState state, Observation observation) {
    Profile old = state.profile;
    ModelRef model = record.value().model();
    end(record, state, observation, "model %s %s".formatted(model.getId(), model.getVersion()));
    state.beginAnew(Profile.begin(model, old.model().getHash(), options, old.resetAt()));
    log.atInfo()
        .addKeyValue("segment", state.segment)
        .addKeyValue("from", old.model().getVersion())
        .addKeyValue("to", model.getVersion())
        .log("new model, new statistics");
  }

  /**
   * Other settings begin new statistics of the same model: what was learnt under the old ones would
   * go on with thresholds that they asked for, or with charts that nobody watches.
   */
  private void followSettings(SegmentState state) {
    Profile old = state.profile;
    if (old.settings() == settings) {
      return;
    }
    Profile begun = Profile.begin(old.model(), old.previousHash(), options, old.resetAt());
    Incident open = old.incident();
    state.beginAnew(
        open == null
            ? begun
            : begun.with(old.phase()).with(open.inNewStatistics(options.window())));
    log.atInfo().addKeyValue("segment", state.segment).log("new settings, new statistics");
  }

  private void followReset(Record<String, Batch> record, SegmentState state) {
    long asked = requireNonNull(resets).last(state.segment);
    Profile profile = state.profile;
    if (asked <= profile.resetAt()) {
      return;
    }
    end(record, state, record.value().observations().get(0), "a reset of the reference");
    state.beginAnew(Profile.begin(profile.model(), profile.previousHash(), options, asked));
    log.atInfo().addKeyValue("segment", state.segment).log("reference reset, new statistics");
  }

  private void end(
      Record<String, Batch> record, SegmentState state, Observation observation, String by) {
    if (state.profile.phase().open()) {
      Findings findings = findings(state, Verdict.NONE, List.of());
      tell(record, state, findings, AlertEvent.CLOSED, observation.time(), by);
    }
  }

  private static Findings findings(
      SegmentState state, Verdict verdict, List<Signals.Reading> atTheAlarm) {
    return new Findings(
        state, verdict.findings(), atTheAlarm.isEmpty() ? state.signals().read() : atTheAlarm);
  }

  private void tell(
      Record<String, Batch> record,
      SegmentState state,
      Findings findings,
      AlertEvent event,
      long time,
      @Nullable String closedBy) {
    Window window = state.window(options.window());
    forward(record.withValue(findings.alert(event, window, time, closedBy)));
  }

  private void forward(Record<String, SpecificRecord> finding) {
    requireNonNull(context).forward(finding);
  }
}
