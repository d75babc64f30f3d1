package dev.prefstream.drift;

import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.FleetState;
import dev.prefstream.schemas.avro.IncidentState;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.SegmentChange;
import dev.prefstream.schemas.avro.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a new model is asked for: of an incident that is confirmed, whose cause is not upstream,
 * once, after the cool-down of its segment and of the whole stream, and within the week's budget.
 * One that has to wait is asked for at a later word on the same incident.
 */
final class RetrainingPolicy {

  private static final long WEEK = Duration.ofDays(7).toMillis();

  private final DriftOptions.Retraining options;

  RetrainingPolicy(DriftOptions.Retraining options) {
    this.options = options;
  }

  /**
   * Whether a new model is asked for now.
   *
   * @param lastOfWhole event time of the whole stream's last request; null for none
   */
  boolean asks(IncidentState incident, FleetState fleet, @Nullable Long lastOfWhole) {
    DriftAlert alert = incident.getAlert();
    boolean retrainingHelps =
        alert.getKind() == DriftKind.DATA || alert.getKind() == DriftKind.QUALITY;
    boolean confirmed =
        alert.getKind() == DriftKind.QUALITY
            || alert.getIncidentPredictions() >= options.leastPredictions();
    return retrainingHelps
        && confirmed
        && incident.getAnnounced()
        && !incident.getEnded()
        && incident.getTriggerId() == null
        && isCool(incident.getAskedAt(), fleet.getNow())
        && isCool(lastOfWhole, fleet.getNow())
        && spent(fleet) < options.perWeek();
  }

  private boolean isCool(@Nullable Long askedAt, long now) {
    return askedAt == null || now - askedAt >= options.coolDown().toMillis();
  }

  private static int spent(FleetState fleet) {
    return (int) fleet.getAskedAt().stream().filter(at -> fleet.getNow() - at < WEEK).count();
  }

  /** Books a request at the present event time. */
  void book(FleetState fleet) {
    List<Long> askedAt = new ArrayList<>(fleet.getAskedAt());
    askedAt.removeIf(at -> fleet.getNow() - at >= WEEK);
    askedAt.add(fleet.getNow());
    fleet.setAskedAt(askedAt);
  }

  /** The request; the budget is booked already. */
  RetrainingTrigger trigger(DriftAlert alert, FleetState fleet) {
    boolean whole = alert.getSegment().equals(Segments.ALL);
    boolean quality = alert.getKind() == DriftKind.QUALITY;
    List<String> scope =
        alert.getExplainedBy().isEmpty()
            ? List.of(alert.getSegment())
            : alert.getExplainedBy().stream().map(SegmentChange::getSegment).toList();
    return RetrainingTrigger.newBuilder()
        .setTriggerId(alert.getAlertId() + "/retrain")
        .setAlertId(alert.getAlertId())
        .setSegment(alert.getSegment())
        .setModel(alert.getModel())
        .setReason(reason(alert, whole, quality))
        .setDataFrom(alert.getSince())
        .setDataTo(Instant.ofEpochMilli(fleet.getNow()))
        .setPredictions(alert.getIncidentPredictions())
        .setRequestedAt(Instant.ofEpochMilli(fleet.getNow()))
        .setKind(alert.getKind())
        .setUrgency(quality ? Urgency.HIGH : whole ? Urgency.NORMAL : Urgency.LOW)
        .setScope(scope)
        .setBudgetLeft(Math.max(0, options.perWeek() - spent(fleet)))
        .build();
  }

  private static String reason(DriftAlert alert, boolean whole, boolean quality) {
    return "%s of %s %s since %s: retrain %s %s on tickets from then on."
        .formatted(
            quality ? "Decisions" : "Scores",
            whole ? "the whole stream" : "segment " + alert.getSegment(),
            quality ? "are right less often" : "have drifted",
            alert.getSince(),
            alert.getModel().getId(),
            alert.getModel().getVersion());
  }
}
