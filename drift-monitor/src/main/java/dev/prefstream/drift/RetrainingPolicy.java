package dev.prefstream.drift;

import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.IncidentState;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.SegmentChange;
import dev.prefstream.schemas.avro.Urgency;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a new model is asked for: of an incident that is confirmed, whose cause is not upstream,
 * once, after the cool-down of its segment and of the whole stream, and within the week's budget.
 * One that has to wait is asked for at a later word on the same incident.
 */
final class RetrainingPolicy {

  private final DriftOptions.Retraining options;

  RetrainingPolicy(DriftOptions.Retraining options) {
    this.options = options;
  }

  /**
   * The request for a new model; null where none is asked for now.
   *
   * @param ledger all incidents, this one among them
   * @param lastOfWhole event time of the whole stream's last request, be it for scores or quality;
   *     null for none
   */
  @Nullable RetrainingTrigger trigger(
      IncidentState incident, IncidentLedger ledger, @Nullable Long lastOfWhole) {
    boolean asks =
        isConfirmed(incident.getAlert())
            && incident.getAnnounced()
            && !incident.getEnded()
            && incident.getTriggerId() == null
            && isCool(incident.getAskedAt(), ledger.now())
            && isCool(lastOfWhole, ledger.now())
            && ledger.askedInAWeek() < options.perWeek();
    return asks ? trigger(incident.getAlert(), ledger) : null;
  }

  /** Whether drift, and not what is upstream, lasts. Labels confirm by themselves. */
  private boolean isConfirmed(DriftAlert alert) {
    return switch (alert.getKind()) {
      case QUALITY -> true;
      case DATA -> alert.getIncidentPredictions() >= options.leastPredictions();
      case VOLUME, FLOOD -> false;
    };
  }

  private boolean isCool(@Nullable Long askedAt, long now) {
    return askedAt == null || now - askedAt >= options.coolDown().toMillis();
  }

  private RetrainingTrigger trigger(DriftAlert alert, IncidentLedger ledger) {
    boolean whole = alert.getSegment().equals(Segments.ALL);
    boolean quality = alert.getKind() == DriftKind.QUALITY;
    Instant now = Instant.ofEpochMilli(ledger.now());
    List<String> scope =
        alert.getExplainedBy().isEmpty()
            ? List.of(alert.getSegment())
            : alert.getExplainedBy().stream().map(SegmentChange::getSegment).toList();
    return RetrainingTrigger.newBuilder()
        .setTriggerId(alert.getAlertId() + "/retrain")
        .setAlertId(alert.getAlertId())
        .setSegment(alert.getSegment())
        .setModel(alert.getModel())
        .setReason(reason(alert, quality))
        .setDataFrom(alert.getSince())
        .setDataTo(now)
        .setPredictions(alert.getIncidentPredictions())
        .setRequestedAt(now)
        .setKind(alert.getKind())
        .setUrgency(quality ? Urgency.HIGH : whole ? Urgency.NORMAL : Urgency.LOW)
        .setScope(scope)
        .setBudgetLeft(options.perWeek() - ledger.askedInAWeek() - 1)
        .build();
  }

  private static String reason(DriftAlert alert, boolean quality) {
    return "%s of %s %s since %s: retrain %s %s on tickets from then on."
        .formatted(
            quality ? "Decisions" : "Scores",
            Segments.inWords(alert.getSegment()),
            quality ? "are right less often" : "have drifted",
            alert.getSince(),
            alert.getModel().getId(),
            alert.getModel().getVersion());
  }
}
