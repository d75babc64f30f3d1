package dev.prefstream.drift;

import dev.prefstream.drift.detect.ErrorChart;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the accuracy of one tenant, or of all, goes on. A tenant's first reports of a model, up to
 * the one that brings its {@link #BASELINE}th label, are its baseline; all have none. Of models it
 * is the one that came into service last ({@link LabelBatch#replaces}); labels of others that still
 * come are passed over. Where reports and releases don't tell which is later, it is the one of
 * which over {@link #STRAGGLERS} labels more come. Pure: what comes in stays as it is.
 */
final class AccuracyCourse {

  /** Labels a baseline is made of, at least. */
  static final int BASELINE = 200;

  /** Labels more than its own that may come of another model, which may be as new. */
  static final int STRAGGLERS = 100;

  private static final int UPDATE_EVERY = 100;

  private final double threshold;

  /**
   * @param runLength labels between two false alarms, at least
   */
  AccuracyCourse(double runLength) {
    this.threshold = ErrorChart.threshold(runLength);
  }

  /**
   * What labels lead to.
   *
   * @param state the state after it
   * @param words what there is to say of the incident, in order
   */
  record Step(AccuracyState state, List<DriftAlert> words) {}

  /** Takes labels of a tenant, the first of which make its baseline. */
  Step ofTenant(@Nullable AccuracyState before, String segment, LabelBatch more) {
    return after(
        before,
        segment,
        more,
        state -> state.getBaselineLabels() < BASELINE ? null : Evidence.of(state, more));
  }

  /**
   * Takes labels for all tenants together.
   *
   * @param evidence what they say, against their tenant's baseline
   */
  Step ofAll(@Nullable AccuracyState before, LabelBatch more, Evidence evidence) {
    return after(before, Segments.ALL, more, state -> evidence);
  }

  /**
   * Takes labels. Those of a model that came into service later begin a new state, and end an open
   * incident.
   *
   * @param evidence what they say, by the state before them; null where they are of the baseline
   */
  private Step after(
      @Nullable AccuracyState before,
      String segment,
      LabelBatch more,
      Function<AccuracyState, @Nullable Evidence> evidence) {
    if (before == null) {
      return begin(null, segment, more, evidence);
    }
    AccuracyState state = AccuracyState.newBuilder(before).build();
    if (more.isOf(before.getModel())) {
      boolean newer = more.inServiceAt() > before.getInServiceAt();
      state.setInServiceAt(newer ? more.inServiceAt() : before.getInServiceAt());
      state.setStragglers(newer ? 0 : Math.max(0, before.getStragglers() - more.labels()));
      return new Step(state, take(segment, state, more, evidence.apply(before)));
    }
    if (more.isAsNewAs(before)) {
      state.setStragglers(state.getStragglers() + more.labels());
    }
    return more.replaces(before) || state.getStragglers() > STRAGGLERS
        ? begin(before, segment, more, evidence)
        : new Step(state, List.of());
  }

  private Step begin(
      @Nullable AccuracyState before,
      String segment,
      LabelBatch more,
      Function<AccuracyState, @Nullable Evidence> evidence) {
    AccuracyState begun =
        AccuracyState.newBuilder()
            .setModel(more.model())
            .setInServiceAt(more.inServiceAt())
            .build();
    List<DriftAlert> words = new ArrayList<>();
    if (before != null && before.getAlertId() != null) {
      words.add(words(segment, before, more).closed(more.model()));
    }
    words.addAll(take(segment, begun, more, evidence.apply(begun)));
    return new Step(begun, words);
  }

  /** Takes labels; changes the state. */
  private List<DriftAlert> take(
      String segment, AccuracyState state, LabelBatch more, @Nullable Evidence evidence) {
    if (evidence == null) {
      count(state, more, more.errors());
      state.setBaselineLabels(state.getBaselineLabels() + more.labels());
      state.setBaselineErrors(state.getBaselineErrors() + more.errors());
      state.setSinceAt(more.time());
      return List.of();
    }
    count(state, more, evidence.expected());
    double sum = state.getSum() + evidence.likelihood();
    if (sum > 0) {
      state.setSum(sum);
      state.setSince(state.getSince() + more.labels());
      state.setSinceErrors(state.getSinceErrors() + more.errors());
      state.setSinceExpected(state.getSinceExpected() + evidence.expected());
    } else {
      restart(state, more.time());
    }
    boolean alarm = sum > threshold;
    boolean opens = alarm && state.getAlertId() == null;
    if (opens) {
      open(segment, state);
    }
    if (alarm) {
      state.setAlarmedAt(state.getLabels());
    }
    AlertEvent event = opens ? AlertEvent.OPENED : event(state, more.labels());
    List<DriftAlert> said =
        event == null ? List.of() : List.of(words(segment, state, more).of(event));
    if (event == AlertEvent.RECOVERED) {
      state.setAlertId(null);
    }
    if (alarm) {
      restart(state, more.time());
    }
    return said;
  }

  private static void count(AccuracyState state, LabelBatch more, double expected) {
    state.setLabels(state.getLabels() + more.labels());
    state.setErrors(state.getErrors() + more.errors());
    state.setExpected(state.getExpected() + expected);
  }

  private static void restart(AccuracyState state, long time) {
    state.setSum(0);
    state.setSince(0);
    state.setSinceErrors(0);
    state.setSinceExpected(0);
    state.setSinceAt(time);
  }

  private static void open(String segment, AccuracyState state) {
    state.setAlertId(
        Findings.alertId(
            segment + "#" + AccuracyWords.ACCURACY,
            state.getModel().getHash(),
            state.getLabels(),
            state.getSinceAt()));
    state.setOnsetLabels(state.getLabels() - state.getSince());
    state.setOnsetErrors(state.getErrors() - state.getSinceErrors());
    state.setOnsetExpected(state.getExpected() - state.getSinceExpected());
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

  private AccuracyWords words(String segment, AccuracyState state, LabelBatch more) {
    return new AccuracyWords(segment, state, threshold, more.time());
  }

  /**
   * The state of all without the evidence of a tenant's fall, which is told now: the tenant's own
   * sum is at least what its labels added since that of all was last zero.
   *
   * @param told the word on it
   */
  static AccuracyState less(AccuracyState all, DriftAlert told) {
    AccuracyState state = AccuracyState.newBuilder(all).build();
    double sum = state.getSum() - told.getReading().getStatistic();
    if (sum > 0) {
      state.setSum(sum);
    } else {
      restart(state, told.getDetectedAt().toEpochMilli());
    }
    return state;
  }

  /**
   * The state after word that a fall was dealt with: the incident is over, and what labels are like
   * from now on is the baseline.
   */
  static AccuracyState settled(AccuracyState before) {
    AccuracyState state = AccuracyState.newBuilder(before).setAlertId(null).build();
    state.setBaselineLabels(0);
    state.setBaselineErrors(0);
    restart(state, state.getSinceAt());
    return state;
  }
}
