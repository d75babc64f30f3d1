package dev.prefstream.drift;

import dev.prefstream.schemas.TopicHeader;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import java.time.Instant;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** CloudEvents 1.0 attributes as Kafka headers (binary content mode of its Kafka binding). */
final class CloudEvents {

  private static final String SOURCE = "/prefstream/drift";
  private static final String TYPE = "dev.prefstream.drift.";

  private CloudEvents() {}

  /**
   * Headers of an alert; its id is the incident's with the event, and for updates how far the
   * incident has come.
   *
   * @param headers headers of the record that caused it; kept
   */
  static Headers of(Headers headers, DriftAlert alert) {
    String event = alert.getEvent().name().toLowerCase(Locale.ROOT);
    String step =
        alert.getEvent() == AlertEvent.UPDATED
            ? "%s/%d-%d"
                .formatted(event, alert.getIncidentPredictions(), alert.getSegments().size())
            : event;
    return headers(
        headers,
        alert.getAlertId() + "/" + step,
        TYPE + "alert." + event,
        alert.getSegment(),
        alert.getDetectedAt());
  }

  /**
   * Headers of a request for retraining.
   *
   * @param headers headers of the record that caused it; kept
   */
  static Headers of(Headers headers, RetrainingTrigger trigger) {
    return headers(
        headers,
        trigger.getTriggerId(),
        TYPE + "retraining.requested",
        trigger.getSegment(),
        trigger.getRequestedAt());
  }

  private static Headers headers(
      Headers headers, String id, String type, String subject, Instant time) {
    Headers all = new RecordHeaders(headers);
    TopicHeader.EVENT_SPECVERSION.add(all, "1.0");
    TopicHeader.EVENT_ID.add(all, id);
    TopicHeader.EVENT_SOURCE.add(all, SOURCE);
    TopicHeader.EVENT_TYPE.add(all, type);
    TopicHeader.EVENT_SUBJECT.add(all, subject);
    TopicHeader.EVENT_TIME.add(all, time.toString());
    return all;
  }
}
