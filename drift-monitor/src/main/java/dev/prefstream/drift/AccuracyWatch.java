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
 * Whether decisions are right as often as they were, of one tenant or of all, report by report. The
 * first reports of a model, up to the one that brings its {@link #BASELINE}th label, are its
 * baseline. Of models it is the one that came into service last ({@link LabelBatch#replaces});
 * labels of others that still come are passed over. Where reports and releases don't tell which is
 * later, it is the one of which over {@link #STRAGGLERS} labels more come.
 */
final class AccuracyWatch {

  /** Labels a baseline is made of, at least. */
  static final int BASELINE = 200;

  /** Detector and signal of an alert about accuracy. */
  static final String ACCURACY = "accuracy";

  /** Labels more than its own that may come of another model, which may be as new. */
  static final int STRAGGLERS = 100;

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
   * What labels lead to.
   *
   * @param state the state after it
   * @param words what there is to say of the incident, in order
   */
  record Step(AccuracyState state, List<DriftAlert> words) {}

  /**
   * Takes labels of one tenant, or of all. Those of a model that came into service later begin a
   * new state, and end an open incident.
   *
   * @param before the state so far, which stays as it is; null for none
   * @param told whether an incident tells already what they are evidence of; they are counted then
   *     and raise no alarm
   */
  Step after(@Nullable AccuracyState before, String segment, LabelBatch more, boolean told) {
    if (before == null) {
      return begin(null, segment, more, told);
    }
    AccuracyState state = AccuracyState.newBuilder(before).build();
    if (more.isOf(before.getModel())) {
      boolean newer = more.inServiceAt() > before.getInServiceAt();
      state.setInServiceAt(newer ? more.inServiceAt() : before.getInServiceAt());
      state.setStragglers(newer ? 0 : Math.max(0, before.getStragglers() - more.labels()));
      return new Step(state, take(segment, state, more, told));
    }
    if (more.isAsNewAs(before)) {
      state.setStragglers(state.getStragglers() + more.labels());
    }
    return more.replaces(before) || state.getStragglers() > STRAGGLERS
        ? begin(before, segment, more, told)
        : new Step(state, List.of());
  }

  private Step begin(
      @Nullable AccuracyState before, String segment, LabelBatch more, boolean told) {
    AccuracyState begun =
        AccuracyState.newBuilder()
            .setModel(more.model())
            .setInServiceAt(more.inServiceAt())
            .build();
    List<DriftAlert> words = new ArrayList<>();
    if (before != null && before.getAlertId() != null) {
      words.add(closed(segment, before, more.model(), more.time()));
    }
    words.addAll(take(segment, begun, more, told));
    return new Step(begun, words);
  }

  /** Takes labels; changes the state. */
  private List<DriftAlert> take(
      String segment, AccuracyState state, LabelBatch more, boolean told) {
    long time = more.time();
    state.setLabels(state.getLabels() + more.labels());
    state.setErrors(state.getErrors() + more.errors());
    if (state.getBaselineLabels() < BASELINE) {
      state.setBaselineLabels(state.getBaselineLabels() + more.labels());
      state.setBaselineErrors(state.getBaselineErrors() + more.errors());
      state.setSinceAt(time);
      return List.of();
    }
    ErrorChart chart = chart(state);
    double step = told ? 0 : chart.step(more.labels(), more.errors());
    double sum = Math.max(0, state.getSum() + step);
    state.setSum(sum);
    if (sum == 0) {
      state.setSince(0);
      state.setSinceErrors(0);
      state.setSinceAt(time);
    } else {
      state.setSince(state.getSince() + more.labels());
      state.setSinceErrors(state.getSinceErrors() + more.errors());
    }
    boolean alarm = sum > chart.threshold();
    boolean opens = alarm && state.getAlertId() == null;
    if (opens) {
      open(segment, state);
    }
    if (alarm) {
      state.setAlarmedAt(state.getLabels());
    }
    AlertEvent event = opens ? AlertEvent.OPENED : event(state, more.labels());
    List<DriftAlert> said =
        event == null ? List.of() : List.of(alert(event, segment, state, time, null));
    if (event == AlertEvent.RECOVERED) {
      state.setAlertId(null);
    }
    if (alarm) {
      state.setSum(0);
      state.setSince(0);
      state.setSinceErrors(0);
      state.setSinceAt(time);
    }
    return said;
  }

  private static void open(String segment, AccuracyState state) {
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
  }

  /** What there is to say of an incident that is open; null for nothing. */
  private static @Nullable AlertEvent event(AccuracyState state, long newLabels) {
    if (state.getAlertId() == null) {
      return null;
    }
    if (state.getLabels() - state.getAlarmedAt() >= state.getSettleAfter()) {
      return AlertEvent.RECOVERED;
    }
    return updateIsDue(state, newLabels) ? AlertEvent.UPDATED : null;
  }

  /** Each hundred labels of an incident, with the report that fills it. */
  private static boolean updateIsDue(AccuracyState state, long newLabels) {
    long length = state.getLabels() - state.getOnsetLabels();
    return length / UPDATE_EVERY > (length - newLabels) / UPDATE_EVERY;
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
