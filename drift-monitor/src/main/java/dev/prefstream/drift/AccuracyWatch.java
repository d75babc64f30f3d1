package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.ErrorChart;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether decisions are right as often as they were, of one tenant or of all, label by label. The
 * first {@link #BASELINE} labels of a model are its baseline; labels of the model before that still
 * come are passed over.
 */
final class AccuracyWatch {

  /** Labels a baseline is made of. */
  static final int BASELINE = 200;

  /** Detector and signal of an alert about accuracy. */
  static final String ACCURACY = "accuracy";

  private static final int LEAST_TO_SAY = 50;
  private static final int UPDATE_EVERY = 100;

  private final double runLength;

  /**
   * @param runLength labels between two false alarms, at least
   */
  AccuracyWatch(double runLength) {
    this.runLength = runLength;
  }

  /**
   * What a label leads to.
   *
   * @param state the state after it
   * @param words what there is to say of the incident, in order
   */
  record Step(AccuracyState state, List<DriftAlert> words) {}

  /**
   * Takes one label of one tenant, or of all. A label of another model begins a new state, and ends
   * an open incident.
   *
   * @param before the state so far, which stays as it is; null for none
   * @param model the model that decided
   * @param error whether it was wrong
   * @param time when the label was given, milliseconds since the epoch
   * @return null for a label of the model before, which is passed over
   */
  @Nullable Step after(
      @Nullable AccuracyState before, String segment, ModelRef model, boolean error, long time) {
    if (before != null && model.getHash().equals(before.getModel().getHash())) {
      AccuracyState state = AccuracyState.newBuilder(before).build();
      return new Step(state, take(segment, state, error, time));
    }
    if (before != null && model.getHash().equals(before.getPreviousHash())) {
      return null;
    }
    String previous = before == null ? null : before.getModel().getHash();
    AccuracyState begun =
        AccuracyState.newBuilder().setModel(model).setPreviousHash(previous).build();
    List<DriftAlert> words = new ArrayList<>();
    if (before != null && before.getAlertId() != null) {
      words.add(closed(segment, before, model, time));
    }
    words.addAll(take(segment, begun, error, time));
    return new Step(begun, words);
  }

  /** Takes one label; changes the state. */
  private List<DriftAlert> take(String segment, AccuracyState state, boolean error, long time) {
    int wrong = error ? 1 : 0;
    state.setLabels(state.getLabels() + 1);
    state.setErrors(state.getErrors() + wrong);
    if (state.getBaselineLabels() < BASELINE) {
      state.setBaselineLabels(state.getBaselineLabels() + 1);
      state.setBaselineErrors(state.getBaselineErrors() + wrong);
      state.setSinceAt(time);
      return List.of();
    }
    ErrorChart chart = chart(state);
    double sum = Math.max(0, state.getSum() + chart.step(error));
    state.setSum(sum);
    if (sum == 0) {
      state.setSince(0);
      state.setSinceErrors(0);
      state.setSinceAt(time);
    } else {
      state.setSince(state.getSince() + 1);
      state.setSinceErrors(state.getSinceErrors() + wrong);
    }
    List<DriftAlert> said = new ArrayList<>();
    if (sum > chart.threshold()) {
      if (state.getAlertId() == null) {
        state.setAlertId(
            Findings.alertId(
                segment + "#" + ACCURACY,
                state.getModel().getHash(),
                state.getLabels(),
                state.getSinceAt()));
        state.setOnsetLabels(state.getLabels() - state.getSince());
        state.setOnsetErrors(state.getErrors() - state.getSinceErrors());
        state.setOnsetAt(state.getSinceAt());
        state.setSettleAfter(Math.max(BASELINE, 3 * state.getSince()));
        said.add(alert(AlertEvent.OPENED, segment, state, time, null));
      }
      state.setAlarmedAt(state.getLabels());
      state.setSum(0);
      state.setSince(0);
      state.setSinceErrors(0);
    } else if (state.getAlertId() != null) {
      if (state.getLabels() - state.getAlarmedAt() >= state.getSettleAfter()) {
        said.add(alert(AlertEvent.RECOVERED, segment, state, time, null));
        state.setAlertId(null);
      } else if ((state.getLabels() - state.getOnsetLabels()) % UPDATE_EVERY == 0) {
        said.add(alert(AlertEvent.UPDATED, segment, state, time, null));
      }
    }
    return said;
  }

  private DriftAlert closed(String segment, AccuracyState state, ModelRef next, long time) {
    String by = "model %s %s".formatted(next.getId(), next.getVersion());
    return alert(AlertEvent.CLOSED, segment, state, time, by);
  }

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

  private ErrorChart chart(AccuracyState state) {
    return ErrorChart.of(state.getBaselineErrors(), state.getBaselineLabels(), runLength);
  }

  private DriftAlert alert(
      AlertEvent event, String segment, AccuracyState state, long time, @Nullable String closedBy) {
    ErrorChart chart = chart(state);
    double before = right(state.getBaselineErrors(), state.getBaselineLabels());
    long labels = state.getLabels() - state.getOnsetLabels();
    double after = right(state.getErrors() - state.getOnsetErrors(), labels);
    DetectorReading reading = new DetectorReading(ACCURACY, state.getSum(), chart.threshold());
    return DriftAlert.newBuilder()
        .setAlertId(requireNonNull(state.getAlertId()))
        .setEvent(event)
        .setSegment(segment)
        .setModel(state.getModel())
        .setReading(reading)
        .setReadings(List.of(reading))
        .setPredictions(state.getLabels())
        .setBefore(new ScoreSummary(state.getBaselineLabels(), before, Double.NaN, List.of()))
        .setAfter(new ScoreSummary(labels, after, Double.NaN, List.of()))
        .setSince(Instant.ofEpochMilli(state.getOnsetAt()))
        .setDetectedAt(Instant.ofEpochMilli(time))
        .setMessage(message(event, segment, state, before, after, closedBy))
        .setKind(DriftKind.QUALITY)
        .setSignals(
            List.of(new SignalReading(ACCURACY, before, after, state.getSum(), chart.threshold())))
        .setReferenceState(ReferenceState.FROZEN)
        .setIncidentPredictions(labels)
        .setAccuracy(share(state, state.getModel()))
        .setClosedBy(closedBy)
        .build();
  }

  private static double right(long errors, long labels) {
    return labels == 0 ? Double.NaN : (double) (labels - errors) / labels;
  }

  private static String message(
      AlertEvent event,
      String segment,
      AccuracyState state,
      double before,
      double after,
      @Nullable String closedBy) {
    String where = Segments.inWords(segment);
    if (closedBy != null) {
      return "Fall of accuracy of %s ended with %s.".formatted(where, closedBy);
    }
    if (event == AlertEvent.RECOVERED) {
      return "Fall of accuracy of %s is over: no sign of it in the last %d labels."
          .formatted(where, state.getSettleAfter());
    }
    return "Decisions of %s are right less often: %.3f of the last %d labelled, before it was %.3f."
        .formatted(where, after, state.getLabels() - state.getOnsetLabels(), before);
  }
}
