package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.Wilson;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DetectorReading;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.ScoreSummary;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.schemas.avro.SignalReading;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said of an incident of accuracy that is open.
 *
 * @param segment a tenant's, or the whole stream
 * @param state what its labels have come to
 * @param threshold what the chart's sum must exceed
 * @param time event time of the newest label, milliseconds since the epoch
 */
record AccuracyWords(String segment, AccuracyState state, double threshold, long time) {

  /** Detector and signal of an alert about accuracy. */
  static final String ACCURACY = "accuracy";

  private static final int LEAST_TO_SAY = 50;

  /** Share of labelled decisions that are right; null before 50 labels or of another model. */
  static @Nullable Share share(@Nullable AccuracyState state, ModelRef model) {
    if (state == null
        || state.getLabels() < LEAST_TO_SAY
        || !state.getModel().getHash().equals(model.getHash())) {
      return null;
    }
    long right = state.getLabels() - state.getErrors();
    Wilson interval = Wilson.of(right, state.getLabels(), Wilson.TWO_SIDED_95);
    return new Share(
        right,
        state.getLabels(),
        (double) right / state.getLabels(),
        interval.low(),
        interval.high());
  }

  /** That it ended with another model. */
  DriftAlert closed(ModelRef next) {
    String by = "model %s %s".formatted(next.getId(), next.getVersion());
    return DriftAlert.newBuilder(of(AlertEvent.CLOSED))
        .setMessage("Fall of accuracy of %s ended with %s.".formatted(where(), by))
        .setClosedBy(by)
        .build();
  }

  /** One alert. What was before is what was to be expected of the same labels. */
  DriftAlert of(AlertEvent event) {
    double before = right(state.getExpected() - state.getOnsetExpected());
    double after = right(state.getErrors() - state.getOnsetErrors());
    DetectorReading reading = new DetectorReading(ACCURACY, state.getSum(), threshold);
    return DriftAlert.newBuilder()
        .setAlertId(requireNonNull(state.getAlertId()))
        .setEvent(event)
        .setSegment(segment)
        .setModel(state.getModel())
        .setReading(reading)
        .setReadings(List.of(reading))
        .setPredictions(state.getLabels())
        .setBefore(new ScoreSummary(state.getOnsetLabels(), before, Double.NaN, List.of()))
        .setAfter(new ScoreSummary(labels(), after, Double.NaN, List.of()))
        .setSince(Instant.ofEpochMilli(state.getOnsetAt()))
        .setDetectedAt(Instant.ofEpochMilli(time))
        .setMessage(message(event, before, after))
        .setKind(DriftKind.QUALITY)
        .setSignals(List.of(new SignalReading(ACCURACY, before, after, state.getSum(), threshold)))
        .setReferenceState(ReferenceState.FROZEN)
        .setIncidentPredictions(labels())
        .setAccuracy(share(state, state.getModel()))
        .build();
  }

  /** Labels since the change. */
  private long labels() {
    return state.getLabels() - state.getOnsetLabels();
  }

  private double right(double errors) {
    return labels() == 0 ? Double.NaN : 1 - errors / labels();
  }

  private String message(AlertEvent event, double before, double after) {
    return event == AlertEvent.RECOVERED
        ? "Fall of accuracy of %s is over: no sign of it in the last %d labels."
            .formatted(where(), state.getSettleAfter())
        : "Decisions of %s are right less often: %.3f of the last %d labelled, where %.3f was to be expected."
            .formatted(where(), after, labels(), before);
  }

  private String where() {
    return Segments.inWords(segment);
  }
}
