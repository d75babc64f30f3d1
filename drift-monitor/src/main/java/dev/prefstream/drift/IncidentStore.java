package dev.prefstream.drift;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.FleetState;
import dev.prefstream.schemas.avro.IncidentState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** The last incident of each segment, and the ledger of all. One thread. */
final class IncidentStore {

  /** {@link IncidentState} by {@link IncidentKey}. */
  static final String INCIDENTS = "incidents";

  /** {@link IncidentLedger}, under one key. */
  static final String FLEET = "fleet";

  private static final String ONE = "all";

  private final KeyValueStore<String, IncidentState> incidents;
  private final KeyValueStore<String, FleetState> ledgers;
  private final Duration keepEnded;
  private final Duration coolDown;
  private long sweptDay = Long.MIN_VALUE;

  /**
   * @param keepEnded how long after its end an incident is kept at least
   * @param coolDown how long after a request for retraining it is kept at least
   */
  IncidentStore(Duration keepEnded, Duration coolDown, ProcessorContext<?, ?> context) {
    this.keepEnded = keepEnded;
    this.coolDown = coolDown;
    incidents = context.getStateStore(INCIDENTS);
    ledgers = context.getStateStore(FLEET);
  }

  static List<StoreBuilder<?>> builders() {
    return List.of(
        StateSerde.store(INCIDENTS, IncidentState.class),
        StateSerde.store(FLEET, FleetState.class));
  }

  @Nullable IncidentState get(String key) {
    return incidents.get(key);
  }

  /** The whole stream's incident of quality, or of scores, as the kind is; null unless open. */
  @Nullable IncidentState openWhole(DriftKind kind) {
    IncidentState whole = incidents.get(IncidentKey.ofTheWhole(kind));
    return whole == null || whole.getEnded() ? null : whole;
  }

  /** Event time of the last request for retraining for the whole stream; null for none. */
  @Nullable Long wholeAskedAt() {
    return Stream.of(DriftKind.DATA, DriftKind.QUALITY)
        .map(kind -> incidents.get(IncidentKey.ofTheWhole(kind)))
        .filter(Objects::nonNull)
        .map(IncidentState::getAskedAt)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  void put(IncidentState incident) {
    incidents.put(IncidentKey.of(incident.getAlert()), incident);
  }

  /** Whether a request for retraining is the last one of the incident under a key. */
  boolean isCurrent(String triggerId, String key) {
    IncidentState incident = incidents.get(key);
    return incident != null && triggerId.equals(incident.getTriggerId());
  }

  /**
   * Once a day of event time, forgets incidents that ended so long ago that nothing said later
   * depends on them.
   *
   * @param now event time in milliseconds since the epoch
   */
  void forgetEnded(long now) {
    long day = Math.floorDiv(now, IdleSegments.DAY);
    if (day == sweptDay) {
      return;
    }
    sweptDay = day;
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, IncidentState> all = incidents.all()) {
      while (all.hasNext()) {
        KeyValue<String, IncidentState> entry = all.next();
        if (isForgotten(entry.value, now)) {
          old.add(entry.key);
        }
      }
    }
    old.forEach(incidents::delete);
  }

  private boolean isForgotten(IncidentState incident, long now) {
    long end = incident.getAlert().getDetectedAt().toEpochMilli();
    Long askedAt = incident.getAskedAt();
    return incident.getEnded()
        && end < now - keepEnded.toMillis()
        && (askedAt == null || askedAt < now - coolDown.toMillis());
  }

  IncidentLedger ledger() {
    return IncidentLedger.of(ledgers.get(ONE));
  }

  void put(IncidentLedger ledger) {
    ledgers.put(ONE, ledger.state());
  }
}
