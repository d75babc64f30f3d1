package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DetectorReading;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.IncidentState;
import dev.prefstream.schemas.avro.ScoreSummary;
import java.util.List;

/** Words on incidents, as segments' own watches give them, for tests. */
final class IncidentWords {

  private IncidentWords() {}

  /** A word of kind DATA, the later the more predictions the incident has: one a second. */
  static DriftAlert word(String segment, String id, AlertEvent event, long predictions) {
    return word(segment, id, event, predictions, DriftKind.DATA);
  }

  static DriftAlert word(
      String segment, String id, AlertEvent event, long predictions, DriftKind kind) {
    DetectorReading reading = new DetectorReading("cusum-mean", 50.0, 40.0);
    return DriftAlert.newBuilder()
        .setAlertId(id)
        .setEvent(event)
        .setSegment(segment)
        .setModel(MODEL_A)
        .setReading(reading)
        .setReadings(List.of(reading))
        .setPredictions(1000 + predictions)
        .setAfter(new ScoreSummary(100L, 0.5, 0.1, List.of()))
        .setSince(START)
        .setDetectedAt(START.plusSeconds(predictions))
        .setMessage("a word")
        .setKind(kind)
        .setIncidentPredictions(predictions)
        .build();
  }

  /** An incident that is open and was told. */
  static IncidentState incident(DriftAlert lastWord) {
    return IncidentState.newBuilder()
        .setAlert(lastWord)
        .setAnnounced(true)
        .setEnded(false)
        .setNextUpdate(2 * lastWord.getIncidentPredictions())
        .build();
  }
}
