package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.Profile.Incident;
import dev.prefstream.drift.detect.IncidentLife;
import dev.prefstream.drift.detect.IncidentLife.Phase;
import dev.prefstream.drift.detect.IncidentLife.Reading;
import dev.prefstream.drift.detect.IncidentLife.Step;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.AlertEvent;
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
  private final Detectors detectors;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable SegmentStore store;

  WatchSegments(DriftOptions options, MeterRegistry registry) {
    this.options = options;
    this.registry = registry;
    this.detectors = new Detectors(options);
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
      profile =
          Profile.begin(
              observation.model(), "", options.window(), options.ring(), IncidentLife.NEW);
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
    if (profile.window() != options.window() || profile.ring() != options.ring()) {
      segments.forgetRing(segment, profile.ring());
      segments.forgetStatistics(segment);
      profile = profile.resized(options.window(), options.ring());
      segments.put(segment, profile);
      running = Running.begin(running.total(), running.eventTime());
    }
    judge(record, profile, append(segment, profile, running, observation));
  }

  /** The statistics with one more prediction, and the window's oldest taken out of the sum. */
  private Running append(
      String segment, Profile profile, Running running, Observation observation) {
    SegmentStore segments = requireNonNull(store);
    int window = options.window();
    long score = ScoreUnits.of(observation.score());
    long leaves =
        running.observed() < window
            ? 0
            : segments.score(segment, running, running.observed() - window + 1, profile.ring());
    Running next =
        running.plus(
            observation.ticketId(), score, observation.eventTime(), running.sum() + score - leaves);
    if (next.hot().full()) {
      segments.seal(segment, next.hot(), next.observed(), profile.ring());
      next = next.sealed();
    }
    return detectors.charted(profile, next, score);
  }

  private void judge(Record<String, Observation> record, Profile before, Running appended) {
    SegmentStore segments = requireNonNull(store);
    String segment = record.key();
    Verdict verdict = detectors.judge(segments, segment, before, appended);
    Running running = verdict.alarm() == null ? appended : appended.alarmed();
    segments.put(segment, running);

    Step step =
        before
            .life()
            .after(
                reading(verdict, before, running),
                running.total(),
                running.eventTime(),
                options.retrainCoolDown());
    Profile profile = before.life().equals(step.next()) ? before : before.with(step.next());
    if (step.opened()) {
      profile = profile.with(open(segment, profile, running, verdict));
    }
    if (running.observed() % options.window() == 0 && step.next().phase() != Phase.DRIFT) {
      profile = profile.plus(window(segment, profile, running).summary());
    }
    if (verdict.alarm() != null && verdict.alarm().detector().equals(Detector.ADWIN.word())) {
      profile = profile.learningFrom(running.observed() + 1);
    }
    profile = detectors.learnt(segments, segment, profile, running);
    if (profile != before) {
      segments.put(segment, profile);
    }

    boolean reportIsDue = running.observed() % options.reportEvery() == 0;
    if (!(step.opened() || step.asks() || step.closed() || reportIsDue)) {
      return;
    }
    Findings findings =
        new Findings(segment, profile, running, verdict.findings(), segments.grid(segment), null);
    if (step.opened()) {
      Metric.DRIFT_ALERTS.counter(registry, requireNonNull(verdict.alarm()).detector()).increment();
      forward(findings.alert(record, AlertEvent.OPENED, window(segment, profile, running)));
    }
    if (step.asks()) {
      forward(findings.trigger(record));
    }
    if (step.closed()) {
      forward(findings.alert(record, AlertEvent.CLOSED, window(segment, profile, running)));
    }
    if (reportIsDue) {
      forward(record.withValue(findings.report(window(segment, profile, running))));
    }
  }

  private static Reading reading(Verdict verdict, Profile profile, Running running) {
    if (verdict.alarm() != null) {
      return Reading.ALARM;
    }
    Incident incident = profile.incident();
    if (incident != null && running.observed() - running.lastAlarm() >= incident.settleAfter()) {
      return profile.life().phase() == Phase.DRIFT
          ? Reading.SETTLED
          : verdict.near() ? Reading.NEAR : Reading.QUIET;
    }
    return verdict.near() ? Reading.NEAR : Reading.QUIET;
  }

  private Incident open(String segment, Profile profile, Running running, Verdict verdict) {
    SegmentStore segments = requireNonNull(store);
    ScoreGrid grid = segments.grid(segment);
    return new Incident(
        Findings.alertId(segment, profile.model().getHash(), running.total()),
        segments.time(segment, running, verdict.from(), profile.ring()),
        verdict.from(),
        requireNonNull(verdict.alarm()).detector(),
        verdict.settleAfter(),
        grid != null ? grid.summary() : profile.older());
  }

  private Profile changeModel(Record<String, Observation> record, Profile old, Running running) {
    SegmentStore segments = requireNonNull(store);
    Observation observation = record.value();
    String segment = record.key();
    if (old.life().phase() == Phase.DRIFT) {
      forward(
          new Findings(
                  segment, old, running, List.of(), segments.grid(segment), observation.model())
              .alert(record, AlertEvent.CLOSED, window(segment, old, running)));
    }
    segments.forgetStatistics(segment);
    Profile begun =
        Profile.begin(
            observation.model(),
            old.model().getHash(),
            old.window(),
            old.ring(),
            old.life().calmed(running.eventTime(), options.retrainCoolDown()));
    segments.put(segment, begun);
    log.atInfo()
        .addKeyValue("segment", segment)
        .addKeyValue("from", old.model().getVersion())
        .addKeyValue("to", observation.model().getVersion())
        .log("new model, new statistics");
    return begun;
  }

  private Window window(String segment, Profile profile, Running running) {
    return requireNonNull(store).window(segment, running, options.window(), profile.ring());
  }

  private void forward(Record<String, SpecificRecord> finding) {
    requireNonNull(context).forward(finding);
  }
}
