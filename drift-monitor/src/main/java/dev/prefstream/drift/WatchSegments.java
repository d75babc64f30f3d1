package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.Profile.Incident;
import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.drift.detect.IncidentLife;
import dev.prefstream.drift.detect.IncidentLife.Phase;
import dev.prefstream.drift.detect.IncidentLife.Reading;
import dev.prefstream.drift.detect.IncidentLife.Step;
import dev.prefstream.drift.detect.Onset;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.AlertEvent;
import io.micrometer.core.instrument.MeterRegistry;
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
 * Takes one prediction of a segment, moves its statistics and its incident on, and forwards the
 * reports, alerts and triggers that follow. The outcome depends on the order of the segment's
 * records alone: no clock is read, and all state is in the store.
 *
 * <p>Late tickets count when they come; their times show in the evidence. The cool-down runs by the
 * highest event time seen, so it never runs backwards.
 *
 * <p>A new model begins new statistics at once and ends an open incident. While scorers change
 * over, some scores of the model before still come: {@link #STRAGGLERS} of them in a row are passed
 * over, the next means that the model was put back.
 */
final class WatchSegments implements Processor<String, Observation, String, SpecificRecord> {

  /** Successive predictions of the model before that do not yet mean it is back. */
  static final int STRAGGLERS = 100;

  private static final Logger log = LoggerFactory.getLogger(WatchSegments.class);

  private final DriftOptions options;
  private final MeterRegistry registry;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable SegmentStore store;

  WatchSegments(DriftOptions options, MeterRegistry registry) {
    this.options = options;
    this.registry = registry;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> newContext) {
    context = newContext;
    KeyValueStore<Bytes, byte[]> bytes = newContext.getStateStore(SegmentStore.NAME);
    store = new SegmentStore(bytes);
  }

  @Override
  public void process(Record<String, Observation> record) {
    SegmentStore segments = requireNonNull(store);
    String segment = record.key();
    Observation observation = record.value();
    Running running = segments.running(segment);
    Profile profile = segments.profile(segment);
    if (running == null || profile == null) {
      running = Running.begin(0, observation.eventTime());
      profile = Profile.begin(observation.model(), "", options.window(), IncidentLife.NEW);
      segments.put(segment, profile);
    } else if (!observation.model().getHash().equals(profile.model().getHash())) {
      if (observation.model().getHash().equals(profile.previousHash())
          && running.stragglers() < STRAGGLERS) {
        segments.put(segment, running.straggler(observation.eventTime()));
        return;
      }
      profile = changeModel(record, profile, running);
      running = Running.begin(running.total(), running.eventTime());
    }
    if (profile.window() != options.window()) {
      segments.forgetRing(segment, profile.window());
      profile = profile.withWindow(options.window());
      segments.put(segment, profile);
      running = Running.begin(running.total(), running.eventTime());
    }
    judge(record, profile, append(segment, running, observation));
  }

  /** The statistics with one more prediction, and the window's oldest taken out of the sum. */
  private Running append(String segment, Running running, Observation observation) {
    SegmentStore segments = requireNonNull(store);
    int window = options.window();
    long score = ScoreUnits.of(observation.score());
    long leaves =
        running.observed() < window
            ? 0
            : segments.score(segment, running, running.observed() - window + 1, window);
    Running next =
        running.plus(
            observation.ticketId(), score, observation.eventTime(), running.sum() + score - leaves);
    if (next.hot().full()) {
      segments.seal(segment, next.hot(), next.observed(), window);
      next = next.sealed();
    }
    return next;
  }

  private void judge(Record<String, Observation> record, Profile before, Running appended) {
    SegmentStore segments = requireNonNull(store);
    String segment = record.key();
    int window = options.window();
    boolean alarm =
        appended.observed() >= window && FixedBand.outside(options.band(), appended.sum());
    Running running = alarm ? appended.alarmed() : appended;
    segments.put(segment, running);

    boolean settled =
        running.observed() >= window && running.observed() - running.lastAlarm() >= window;
    Reading reading = alarm ? Reading.ALARM : settled ? Reading.SETTLED : Reading.QUIET;
    Step step =
        before
            .life()
            .after(reading, running.total(), running.eventTime(), options.retrainCoolDown());
    Profile profile = before.life().equals(step.next()) ? before : before.with(step.next());
    if (step.opened()) {
      profile = profile.with(open(segment, profile, running));
    }
    if (running.observed() % window == 0 && step.next().phase() != Phase.DRIFT) {
      profile = profile.plus(segments.window(segment, running, window).summary());
    }
    if (profile != before) {
      segments.put(segment, profile);
    }

    Findings findings = new Findings(segment, profile, running, options);
    if (step.opened()) {
      Metric.DRIFT_ALERTS.counter(registry, Findings.FIXED_BAND).increment();
      alert(record, findings, AlertEvent.OPENED);
    }
    if (step.asks()) {
      requireNonNull(context).forward(findings.trigger(record));
    }
    if (step.closed()) {
      alert(record, findings, AlertEvent.CLOSED);
    }
    if (running.observed() % options.reportEvery() == 0) {
      requireNonNull(context)
          .forward(record.withValue(findings.report(segments.window(segment, running, window))));
    }
  }

  private Incident open(String segment, Profile profile, Running running) {
    Window window = requireNonNull(store).window(segment, running, options.window());
    boolean up = ScoreUnits.score(running.sum()) / options.window() > FixedBand.CENTRE;
    double boundary = FixedBand.CENTRE + (up ? 1 : -1) * options.band().band() / 2;
    int onset = Onset.estimate(window.scores(), boundary, up);
    return new Incident(
        Findings.alertId(segment, profile.model().getHash(), running.total()),
        window.times()[onset],
        window.first() + onset,
        profile.older());
  }

  private Profile changeModel(Record<String, Observation> record, Profile old, Running running) {
    Observation observation = record.value();
    if (old.life().phase() == Phase.DRIFT) {
      alert(
          record,
          new Findings(record.key(), old, running, options).supersededBy(observation.model()),
          AlertEvent.CLOSED);
    }
    Profile begun =
        Profile.begin(
            observation.model(),
            old.model().getHash(),
            old.window(),
            old.life().calmed(running.eventTime(), options.retrainCoolDown()));
    requireNonNull(store).put(record.key(), begun);
    log.atInfo()
        .addKeyValue("segment", record.key())
        .addKeyValue("from", old.model().getVersion())
        .addKeyValue("to", observation.model().getVersion())
        .log("new model, new statistics");
    return begun;
  }

  private void alert(Record<String, Observation> record, Findings findings, AlertEvent event) {
    Window window =
        requireNonNull(store)
            .window(findings.segment(), findings.running(), findings.profile().window());
    requireNonNull(context).forward(findings.alert(record, event, window));
  }
}
