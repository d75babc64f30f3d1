package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.Profile.Incident;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.Summary;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DetectorReading;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.DriftState;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.ScoreSummary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A segment's state put into the records of this stage's topics.
 *
 * @param readings what the detectors read last
 * @param reference what the calibrated detectors compare with; null while there is none
 * @param successor the model whose first score ended the statistics; null while they go on
 */
record Findings(
    String segment,
    Profile profile,
    Running running,
    List<Finding> readings,
    @Nullable ScoreGrid reference,
    @Nullable ModelRef successor) {

  private static final String TYPE = "dev.prefstream.drift.";

  /** Id of the incident that prediction {@code number} of the segment opened; a version 3 UUID. */
  static String alertId(String segment, String modelHash, long number) {
    return UUID.nameUUIDFromBytes(
            String.join("\n", segment, modelHash, Long.toString(number))
                .getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  DriftReport report(Window window) {
    return DriftReport.newBuilder()
        .setSegment(segment)
        .setState(DriftState.valueOf(profile.life().phase().name()))
        .setModel(profile.model())
        .setPredictions(running.total())
        .setWindow(avro(window.summary()))
        .setReference(reference == null ? null : avro(reference.summary()))
        .setReadings(readings.stream().map(Findings::avro).toList())
        .setWindowStart(Instant.ofEpochMilli(window.earliest()))
        .setWindowEnd(Instant.ofEpochMilli(window.latest()))
        .build();
  }

  Record<String, SpecificRecord> alert(
      Record<String, Observation> cause, AlertEvent event, Window window) {
    Incident incident = requireNonNull(profile.incident());
    Instant detectedAt = Instant.ofEpochMilli(cause.value().eventTime());
    Summary after = window.summary();
    DriftAlert alert =
        DriftAlert.newBuilder()
            .setAlertId(incident.alertId())
            .setEvent(event)
            .setSegment(segment)
            .setModel(profile.model())
            .setReading(reading(incident.detector()))
            .setReadings(readings.stream().map(Findings::avro).toList())
            .setPredictions(running.total())
            .setBefore(incident.before() == null ? null : avro(incident.before()))
            .setAfter(avro(after))
            .setExamples(window.examples())
            .setSince(Instant.ofEpochMilli(incident.since()))
            .setDetectedAt(detectedAt)
            .setMessage(message(event, incident, after))
            .build();
    String step = event.name().toLowerCase(Locale.ROOT);
    return cause
        .<SpecificRecord>withValue(alert)
        .withHeaders(
            CloudEvents.headers(
                cause.headers(),
                incident.alertId() + "/" + step,
                TYPE + "alert." + step,
                segment,
                detectedAt));
  }

  Record<String, SpecificRecord> trigger(Record<String, Observation> cause) {
    Incident incident = requireNonNull(profile.incident());
    Instant now = Instant.ofEpochMilli(running.eventTime());
    String id = incident.alertId() + "/retrain";
    RetrainingTrigger trigger =
        RetrainingTrigger.newBuilder()
            .setTriggerId(id)
            .setAlertId(incident.alertId())
            .setSegment(segment)
            .setModel(profile.model())
            .setReason(
                "Scores of %s have drifted since %s: retrain %s %s on tickets from then on."
                    .formatted(
                        where(),
                        Instant.ofEpochMilli(incident.since()),
                        profile.model().getId(),
                        profile.model().getVersion()))
            .setDataFrom(Instant.ofEpochMilli(incident.since()))
            .setDataTo(now)
            .setPredictions(running.observed() - incident.from() + 1)
            .setRequestedAt(now)
            .build();
    return cause
        .<SpecificRecord>withValue(trigger)
        .withHeaders(
            CloudEvents.headers(cause.headers(), id, TYPE + "retraining.requested", segment, now));
  }

  private String message(AlertEvent event, Incident incident, Summary after) {
    String before =
        incident.before() == null ? "" : ", before it was %.3f".formatted(incident.before().mean());
    DetectorReading reading = reading(incident.detector());
    String state =
        "the mean score of the last %d predictions is %.3f%s; %s reads %.4g, its threshold is %.4g"
            .formatted(
                after.count(),
                after.mean(),
                before,
                reading.getDetector(),
                reading.getStatistic(),
                reading.getThreshold());
    if (successor != null) {
      return "Drift of %s ended with model %s %s."
          .formatted(where(), successor.getId(), successor.getVersion());
    }
    return event == AlertEvent.CLOSED
        ? "Drift of %s is over: %s.".formatted(where(), state)
        : "Scores of %s have drifted: %s.".formatted(where(), state);
  }

  private String where() {
    return segment.equals(Segments.ALL) ? "the whole stream" : "segment " + segment;
  }

  /** What the detector reads now; not a number when it has nothing to read. */
  private DetectorReading reading(String detector) {
    return readings.stream()
        .filter(finding -> finding.detector().equals(detector))
        .findFirst()
        .map(Findings::avro)
        .orElseGet(() -> new DetectorReading(detector, Double.NaN, Double.NaN));
  }

  private static DetectorReading avro(Finding finding) {
    return new DetectorReading(finding.detector(), finding.statistic(), finding.threshold());
  }

  private static ScoreSummary avro(Summary summary) {
    return new ScoreSummary(summary.count(), summary.mean(), summary.sd(), summary.quantiles());
  }
}
