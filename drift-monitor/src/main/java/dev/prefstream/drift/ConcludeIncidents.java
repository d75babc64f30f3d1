package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AccuracySeen;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.FleetState;
import dev.prefstream.schemas.avro.IncidentState;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.schemas.avro.RetrainingDone;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Share;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Sees the incidents of all segments together, in one task, and decides what is said of them: one
 * alert opens each, updates follow as it doubles, grows by segments or changes its kind, and one
 * word ends it. A segment's incident that opens while the whole stream's is open becomes part of
 * that one; where it outlives it, it gets an alert of its own.
 *
 * <p>Also watches accuracy, asks for retraining, and closes incidents when retraining is done or
 * another model is released. A word that comes twice changes nothing.
 */
final class ConcludeIncidents implements Processor<String, SpecificRecord, String, SpecificRecord> {

  static final String INCIDENTS = "incidents";
  static final String FLEET = "fleet";
  static final String ACCURACY = "accuracy";
  static final String SEEN = "accuracy-seen";

  /** The task of the models whose scores are watched. */
  private static final String TASK = "ticket-urgency";

  private static final String ONE = "all";
  private static final String QUALITY_KEY = "#quality";
  private static final int MOST_TRIGGERS = 1000;
  private static final int MOST_SEGMENTS = 50;

  private final DriftOptions options;
  private final MeterRegistry registry;
  private final StageCounters counters;
  private final RetrainingPolicy retraining;
  private final AccuracyWatch accuracyWatch;
  private long sweptDay = Long.MIN_VALUE;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable KeyValueStore<String, IncidentState> incidents;
  private @Nullable KeyValueStore<String, FleetState> fleets;
  private @Nullable KeyValueStore<String, AccuracyState> accuracies;
  private @Nullable KeyValueStore<String, AccuracySeen> seen;

  ConcludeIncidents(DriftOptions options, MeterRegistry registry) {
    this.options = options;
    this.registry = registry;
    this.counters = new StageCounters(DriftMonitor.STAGE, registry);
    this.retraining = new RetrainingPolicy(options.retraining());
    this.accuracyWatch = new AccuracyWatch(options.labelRunLength());
  }

  static Set<StoreBuilder<?>> stores() {
    return new LinkedHashSet<>(
        List.of(
            store(INCIDENTS, IncidentState.class),
            store(FLEET, FleetState.class),
            store(ACCURACY, AccuracyState.class),
            store(SEEN, AccuracySeen.class)));
  }

  private static <V extends SpecificRecord> StoreBuilder<?> store(String name, Class<V> type) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), StateSerde.of(type));
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> newContext) {
    context = newContext;
    incidents = newContext.getStateStore(INCIDENTS);
    fleets = newContext.getStateStore(FLEET);
    accuracies = newContext.getStateStore(ACCURACY);
    seen = newContext.getStateStore(SEEN);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof DriftAlert word) {
      hear(record, word);
      return;
    }
    counters.received();
    if (record.value() instanceof AccuracyReport report) {
      takeLabels(record, report);
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

  private void hear(Record<String, ?> cause, DriftAlert word) {
    String key = key(word);
    FleetState fleet = fleet();
    fleet.setNow(Math.max(fleet.getNow(), word.getDetectedAt().toEpochMilli()));
    word.setAccuracy(accuracy(word));
    IncidentState known = requireNonNull(incidents).get(key);
    boolean sameIncident = known != null && known.getAlert().getAlertId().equals(word.getAlertId());
    if (word.getEvent() == AlertEvent.OPENED) {
      if (!sameIncident) {
        open(cause, key, word, fleet, known == null ? null : known.getAskedAt());
      }
    } else if (known != null && sameIncident && !known.getEnded()) {
      go(cause, key, known, word, fleet);
    }
    requireNonNull(fleets).put(ONE, fleet);
    forgetEnded(fleet.getNow());
  }

  /**
   * Once a day of event time, forgets incidents that ended before {@code drift.forget-idle}; when
   * retraining was last asked for counts for its cool-down. Nothing said later depends on them.
   */
  private void forgetEnded(long now) {
    long day = Math.floorDiv(now, IdleSegments.DAY);
    if (day == sweptDay) {
      return;
    }
    sweptDay = day;
    long endedBefore = now - options.forgetIdle().toMillis();
    long askedBefore = now - options.retraining().coolDown().toMillis();
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, IncidentState> all = requireNonNull(incidents).all()) {
      while (all.hasNext()) {
        KeyValue<String, IncidentState> entry = all.next();
        IncidentState incident = entry.value;
        if (incident.getEnded()
            && incident.getAlert().getDetectedAt().toEpochMilli() < endedBefore
            && (incident.getAskedAt() == null || incident.getAskedAt() < askedBefore)) {
          old.add(entry.key);
        }
      }
    }
    old.forEach(requireNonNull(incidents)::delete);
  }

  private void open(
      Record<String, ?> cause,
      String key,
      DriftAlert word,
      FleetState fleet,
      @Nullable Long askedAt) {
    IncidentState whole = openWhole(word);
    boolean part = whole != null && !word.getSegment().equals(Segments.ALL);
    IncidentState incident =
        IncidentState.newBuilder()
            .setAlert(word)
            .setAnnounced(!part)
            .setEnded(false)
            .setNextUpdate(2 * Math.max(options.window(), word.getIncidentPredictions()))
            .setAskedAt(askedAt)
            .build();
    Set<String> open = new LinkedHashSet<>(fleet.getOpen());
    open.add(key);
    fleet.setOpen(new ArrayList<>(open));
    if (word.getSegment().equals(Segments.ALL) && word.getKind() != DriftKind.QUALITY) {
      word.setSegments(otherOpenSegments(fleet));
    }
    if (part) {
      join(cause, requireNonNull(whole), word);
    } else {
      announce(cause, word);
    }
    ask(cause, incident, fleet);
    requireNonNull(incidents).put(key, incident);
  }

  private void go(
      Record<String, ?> cause,
      String key,
      IncidentState incident,
      DriftAlert word,
      FleetState fleet) {
    DriftAlert before = incident.getAlert();
    word.setSegments(before.getSegments());
    incident.setAlert(word);
    boolean over = word.getEvent() != AlertEvent.UPDATED;
    if (!incident.getAnnounced() && !over && openWhole(word) == null) {
      incident.setAnnounced(true);
      word.setEvent(AlertEvent.OPENED);
      announce(cause, word);
    } else if (incident.getAnnounced() && (over || isWorthSaying(incident, before, word))) {
      incident.setNextUpdate(Math.max(2 * word.getIncidentPredictions(), incident.getNextUpdate()));
      announce(cause, word);
    }
    if (over) {
      end(key, incident, fleet);
    } else {
      ask(cause, incident, fleet);
    }
    requireNonNull(incidents).put(key, incident);
  }

  private static boolean isWorthSaying(IncidentState incident, DriftAlert before, DriftAlert word) {
    return word.getIncidentPredictions() >= incident.getNextUpdate()
        || word.getKind() != before.getKind();
  }

  /** A segment joins the whole stream's incident, which says so at the 1st, 2nd, 4th, ... one. */
  private void join(Record<String, ?> cause, IncidentState whole, DriftAlert word) {
    DriftAlert alert = whole.getAlert();
    List<String> parts = new ArrayList<>(alert.getSegments());
    if (parts.size() >= MOST_SEGMENTS || parts.contains(word.getSegment())) {
      return;
    }
    parts.add(word.getSegment());
    alert.setSegments(parts);
    if (Integer.bitCount(parts.size()) == 1) {
      alert.setEvent(AlertEvent.UPDATED);
      alert.setDetectedAt(word.getDetectedAt());
      announce(cause.withKey(Segments.ALL), alert);
    }
    requireNonNull(incidents).put(Segments.ALL, whole);
  }

  private static void end(String key, IncidentState incident, FleetState fleet) {
    incident.setEnded(true);
    List<String> open = new ArrayList<>(fleet.getOpen());
    open.remove(key);
    fleet.setOpen(open);
  }

  private void ask(Record<String, ?> cause, IncidentState incident, FleetState fleet) {
    IncidentState whole = requireNonNull(incidents).get(Segments.ALL);
    Long lastOfWhole = whole == null ? null : whole.getAskedAt();
    if (!retraining.asks(incident, fleet, lastOfWhole)) {
      return;
    }
    retraining.book(fleet);
    RetrainingTrigger trigger = retraining.trigger(incident.getAlert(), fleet);
    incident.setTriggerId(trigger.getTriggerId());
    incident.setAskedAt(fleet.getNow());
    Map<String, String> triggers = new HashMap<>(fleet.getTriggers());
    if (triggers.size() >= MOST_TRIGGERS) {
      triggers.entrySet().removeIf(known -> !isCurrent(known.getKey(), known.getValue()));
    }
    triggers.put(trigger.getTriggerId(), key(incident.getAlert()));
    fleet.setTriggers(triggers);
    Metric.DRIFT_TRIGGERS.counter(registry, trigger.getUrgency().name()).increment();
    requireNonNull(context)
        .forward(
            cause
                .withKey(trigger.getSegment())
                .<SpecificRecord>withValue(trigger)
                .withHeaders(CloudEvents.of(cause.headers(), trigger)));
  }

  private boolean isCurrent(String triggerId, String key) {
    IncidentState incident = requireNonNull(incidents).get(key);
    return incident != null && triggerId.equals(incident.getTriggerId());
  }

  private void acknowledge(Record<String, ?> cause, RetrainingDone done) {
    FleetState fleet = fleet();
    String key = fleet.getTriggers().get(done.getTriggerId());
    if (key == null) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "trigger_id = %s: no such request for retraining; take the trigger_id of a record on retraining-triggers"
              .formatted(done.getTriggerId()));
    }
    IncidentState incident = requireNonNull(incidents).get(key);
    if (incident != null
        && !incident.getEnded()
        && done.getTriggerId().equals(incident.getTriggerId())) {
      close(
          cause,
          key,
          incident,
          fleet,
          done.getDoneAt(),
          "word that retraining is %s"
              .formatted(
                  switch (done.getOutcome()) {
                    case RETRAINED -> "done";
                    case DECLINED -> "declined";
                  }));
    }
    requireNonNull(fleets).put(ONE, fleet);
  }

  private void release(Record<String, ?> cause, ModelRelease release) {
    if (!release.getTask().equals(TASK)) {
      return;
    }
    FleetState fleet = fleet();
    ModelRef model = release.getModel();
    for (String key : List.copyOf(fleet.getOpen())) {
      IncidentState incident = requireNonNull(incidents).get(key);
      if (incident != null && !incident.getAlert().getModel().getHash().equals(model.getHash())) {
        close(
            cause,
            key,
            incident,
            fleet,
            release.getReleasedAt(),
            "the release of model %s %s".formatted(model.getId(), model.getVersion()));
      }
    }
    requireNonNull(fleets).put(ONE, fleet);
  }

  private void close(
      Record<String, ?> cause,
      String key,
      IncidentState incident,
      FleetState fleet,
      Instant at,
      String by) {
    DriftAlert alert = incident.getAlert();
    alert.setEvent(AlertEvent.CLOSED);
    alert.setDetectedAt(at);
    alert.setClosedBy(by);
    alert.setMessage(
        "Drift of %s ended with %s."
            .formatted(
                alert.getSegment().equals(Segments.ALL)
                    ? "the whole stream"
                    : "segment " + alert.getSegment(),
                by));
    if (incident.getAnnounced()) {
      announce(cause, alert);
    }
    end(key, incident, fleet);
    requireNonNull(incidents).put(key, incident);
  }

  private void takeLabels(Record<String, ?> cause, AccuracyReport report) {
    LabelCounts counts = LabelCounts.of(report);
    if (counts == null) {
      return;
    }
    AccuracySeen before = requireNonNull(seen).get(counts.name());
    long labels = counts.labels() - (before == null ? 0 : before.getLabels());
    long errors = counts.errors() - (before == null ? 0 : before.getErrors());
    requireNonNull(seen).put(counts.name(), new AccuracySeen(counts.labels(), counts.errors()));
    // A label that was taken back or changed is no new one.
    long time = report.getAsOf().toEpochMilli();
    for (long i = 0; i < labels; i++) {
      boolean error = i < errors;
      takeLabel(cause, Segments.ofTenant(report.getTenantId()), report.getModel(), error, time);
      takeLabel(cause, Segments.ALL, report.getModel(), error, time);
    }
  }

  private void takeLabel(
      Record<String, ?> cause, String segment, ModelRef model, boolean error, long time) {
    AccuracyState state = requireNonNull(accuracies).get(segment);
    List<DriftAlert> words = new ArrayList<>();
    if (state == null) {
      state = AccuracyWatch.begin(model, null);
    } else if (!state.getModel().getHash().equals(model.getHash())) {
      if (model.getHash().equals(state.getPreviousHash())) {
        return;
      }
      words.addAll(accuracyWatch.end(segment, state, model, time));
      state = AccuracyWatch.begin(model, state.getModel().getHash());
    }
    words.addAll(accuracyWatch.take(segment, state, error, time));
    requireNonNull(accuracies).put(segment, state);
    words.forEach(word -> hear(cause, word));
  }

  private void announce(Record<String, ?> cause, DriftAlert alert) {
    if (alert.getEvent() == AlertEvent.OPENED) {
      Metric.DRIFT_ALERTS.counter(registry, detector(alert), alert.getKind().name()).increment();
    }
    requireNonNull(context)
        .forward(
            cause
                .withKey(alert.getSegment())
                .<SpecificRecord>withValue(DriftAlert.newBuilder(alert).build())
                .withHeaders(CloudEvents.of(cause.headers(), alert)));
  }

  /** Few values for a metric's tag: languages count as one. */
  private static String detector(DriftAlert alert) {
    String detector = alert.getReading().getDetector();
    return detector.startsWith(Signals.LANGUAGE) ? Signals.LANGUAGE : detector;
  }

  private @Nullable IncidentState openWhole(DriftAlert word) {
    IncidentState whole = requireNonNull(incidents).get(Segments.ALL);
    return whole == null || whole.getEnded() || word.getKind() == DriftKind.QUALITY ? null : whole;
  }

  private static List<String> otherOpenSegments(FleetState fleet) {
    return fleet.getOpen().stream()
        .filter(key -> !key.equals(Segments.ALL) && !key.endsWith(QUALITY_KEY))
        .limit(MOST_SEGMENTS)
        .toList();
  }

  private @Nullable Share accuracy(DriftAlert word) {
    if (word.getKind() == DriftKind.QUALITY) {
      return word.getAccuracy();
    }
    KeyValueStore<String, AccuracyState> states = requireNonNull(accuracies);
    String scope =
        word.getSegment().equals(Segments.ALL)
            ? Segments.ALL
            : Segments.tenant(word.getSegment()) + "/*/*";
    return AccuracyWatch.share(states.get(scope), word.getModel());
  }

  private FleetState fleet() {
    FleetState fleet = requireNonNull(fleets).get(ONE);
    return fleet == null ? FleetState.newBuilder().setNow(0).build() : fleet;
  }

  private static String key(DriftAlert word) {
    return word.getKind() == DriftKind.QUALITY
        ? word.getSegment() + QUALITY_KEY
        : word.getSegment();
  }
}
