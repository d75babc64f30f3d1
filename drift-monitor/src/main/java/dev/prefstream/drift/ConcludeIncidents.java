package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.schemas.TopicHeader;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.IncidentState;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.schemas.avro.ReferenceReset;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.RetrainingDone;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Sees the incidents of all segments together, in one task: keeps them, publishes what {@link
 * IncidentTurn} says of them, and asks for retraining where {@link RetrainingPolicy} does. Words on
 * incidents come from segments' own watches and, about accuracy, from the labels that reports
 * bring. Word that a request for retraining was dealt with, and a release of another model, end
 * incidents. What was dealt with is what is usual from then on: where an incident was told against
 * a reference, that is asked to be learnt anew, so that whatever changes next is told as well. A
 * word that comes twice changes nothing.
 */
final class ConcludeIncidents implements Processor<String, SpecificRecord, String, SpecificRecord> {

  /** The task of the models whose scores are watched. */
  private static final String TASK = "ticket-urgency";

  private final DriftOptions options;
  private final MeterRegistry registry;
  private final StageCounters counters;
  private final RetrainingPolicy retraining;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable IncidentStore incidentStore;
  private @Nullable AccuracyStore accuracyStore;

  ConcludeIncidents(DriftOptions options, MeterRegistry registry) {
    this.options = options;
    this.registry = registry;
    this.counters = new StageCounters(DriftMonitor.STAGE, registry);
    this.retraining = new RetrainingPolicy(options.retraining());
  }

  static Set<StoreBuilder<?>> stores() {
    Set<StoreBuilder<?>> stores = new LinkedHashSet<>(IncidentStore.builders());
    stores.addAll(AccuracyStore.builders());
    return stores;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> newContext) {
    context = newContext;
    incidentStore =
        new IncidentStore(options.forgetIdle(), options.retraining().coolDown(), newContext);
    accuracyStore = new AccuracyStore(new AccuracyWatch(options.labelRunLength()), newContext);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof DriftAlert word) {
      hear(record, word);
      return;
    }
    counters.received();
    if (record.value() instanceof AccuracyReport report) {
      requireNonNull(accuracyStore).take(report).forEach(word -> hear(record, word));
    } else if (record.value() instanceof RetrainingDone done) {
      acknowledge(record, done);
    } else if (record.value() instanceof ModelRelease release) {
      release(record, release);
    } else {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "found a record without value, expected one of this topic: publish no tombstones into it");
    }
    counters.processed();
  }

  private void hear(Record<String, ?> cause, DriftAlert told) {
    IncidentStore incidents = incidents();
    DriftAlert word =
        DriftAlert.newBuilder(told).setAccuracy(requireNonNull(accuracyStore).share(told)).build();
    IncidentLedger ledger = incidents.ledger().at(word.getDetectedAt());
    IncidentTurn turn =
        IncidentTurn.after(
            word,
            incidents.get(IncidentKey.of(word)),
            incidents.openWhole(word.getKind()),
            ledger.open(),
            options.window());
    incidents.put(turn == null ? ledger : follow(cause, turn, ledger));
    incidents.forgetEnded(ledger.now());
  }

  private void acknowledge(Record<String, ?> cause, RetrainingDone done) {
    IncidentStore incidents = incidents();
    IncidentLedger ledger = incidents.ledger();
    String key = ledger.triggers().get(done.getTriggerId());
    if (key == null) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "trigger_id = %s: no such request for retraining; take the trigger_id of a record on retraining-triggers"
              .formatted(done.getTriggerId()));
    }
    IncidentState incident = incidents.get(key);
    if (incident != null
        && !incident.getEnded()
        && done.getTriggerId().equals(incident.getTriggerId())) {
      String by =
          switch (done.getOutcome()) {
            case RETRAINED -> "word that retraining is done";
            case DECLINED -> "word that retraining is declined";
          };
      ledger = settle(cause, incident, done.getDoneAt(), by, ledger);
    }
    incidents.put(ledger);
  }

  /**
   * Ends an incident that was dealt with, and with one of the whole stream those of its parts that
   * are not told apart.
   */
  private IncidentLedger settle(
      Record<String, ?> cause, IncidentState incident, Instant at, String by, IncidentLedger open) {
    DriftAlert alert = incident.getAlert();
    IncidentLedger ledger = follow(cause, IncidentTurn.closed(incident, at, by), open);
    requireNonNull(accuracyStore).settle(alert);
    if (alert.getKind() != DriftKind.QUALITY && alert.getReferenceState() != ReferenceState.NONE) {
      askForReference(cause, alert, by);
    }
    if (alert.getSegment().equals(Segments.ALL)) {
      for (String key : open.open()) {
        IncidentState part =
            IncidentKey.isOfAPart(key, alert.getKind()) ? incidents().get(key) : null;
        if (part != null && !part.getAnnounced()) {
          ledger = settle(cause, part, at, by, ledger);
        }
      }
    }
    return ledger;
  }

  /** Later than any request before, whatever clocks those were by, so that it is followed. */
  private void askForReference(Record<String, ?> cause, DriftAlert alert, String by) {
    ProcessorContext<String, SpecificRecord> stage = requireNonNull(context);
    String segment = alert.getSegment();
    Resets before = new Resets(stage.getStateStore(WatchSegments.RESETS));
    ReferenceReset reset =
        ReferenceReset.newBuilder()
            .setSegment(segment)
            .setRequestedAt(
                Instant.ofEpochMilli(
                    Math.max(stage.currentSystemTimeMs(), before.last(segment) + 1)))
            .setRequestedBy(DriftMonitor.STAGE)
            .setReason("%s for alert %s".formatted(by, alert.getAlertId()))
            .build();
    Headers headers = new RecordHeaders();
    TopicHeader.TRACEPARENT.add(
        headers, requireNonNullElse(TopicHeader.TRACEPARENT.text(cause.headers()), ""));
    forward(cause, segment, reset, headers);
  }

  private void release(Record<String, ?> cause, ModelRelease release) {
    if (!release.getTask().equals(TASK)) {
      return;
    }
    requireNonNull(accuracyStore).released(release);
    IncidentStore incidents = incidents();
    IncidentLedger ledger = incidents.ledger();
    ModelRef model = release.getModel();
    String by = "the release of model %s %s".formatted(model.getId(), model.getVersion());
    for (String key : ledger.open()) {
      IncidentState incident = incidents.get(key);
      if (incident != null && !incident.getAlert().getModel().getHash().equals(model.getHash())) {
        ledger = follow(cause, IncidentTurn.closed(incident, release.getReleasedAt(), by), ledger);
      }
    }
    incidents.put(ledger);
  }

  /** Publishes and keeps what an incident has come to, and asks for retraining where it is time. */
  private IncidentLedger follow(Record<String, ?> cause, IncidentTurn turn, IncidentLedger before) {
    IncidentStore incidents = incidents();
    IncidentState incident = turn.incident();
    String key = IncidentKey.of(incident.getAlert());
    IncidentLedger ledger = incident.getEnded() ? before.ended(key) : before.opened(key);
    if (turn.said() != null) {
      announce(cause, turn.said());
    }
    if (turn.whole() != null) {
      incidents.put(turn.whole());
    }
    RetrainingTrigger trigger = retraining.trigger(incident, ledger, incidents.wholeAskedAt());
    if (trigger != null) {
      request(cause, trigger);
      ledger = ledger.asked(trigger, key, incidents::isCurrent);
      incident =
          IncidentState.newBuilder(incident)
              .setTriggerId(trigger.getTriggerId())
              .setAskedAt(ledger.now())
              .build();
    }
    incidents.put(incident);
    return ledger;
  }

  private void announce(Record<String, ?> cause, DriftAlert alert) {
    if (alert.getEvent() == AlertEvent.OPENED) {
      Metric.DRIFT_ALERTS.counter(registry, detector(alert), alert.getKind().name()).increment();
    }
    forward(cause, alert.getSegment(), alert, CloudEvents.of(cause.headers(), alert));
  }

  /** Few values for a metric's tag: languages count as one. */
  private static String detector(DriftAlert alert) {
    String detector = alert.getReading().getDetector();
    return detector.startsWith(Signals.LANGUAGE) ? Signals.LANGUAGE : detector;
  }

  private void request(Record<String, ?> cause, RetrainingTrigger trigger) {
    Metric.DRIFT_TRIGGERS.counter(registry, trigger.getUrgency().name()).increment();
    forward(cause, trigger.getSegment(), trigger, CloudEvents.of(cause.headers(), trigger));
  }

  private void forward(
      Record<String, ?> cause, String segment, SpecificRecord value, Headers headers) {
    requireNonNull(context).forward(new Record<>(segment, value, cause.timestamp(), headers));
  }

  private IncidentStore incidents() {
    return requireNonNull(incidentStore);
  }
}
