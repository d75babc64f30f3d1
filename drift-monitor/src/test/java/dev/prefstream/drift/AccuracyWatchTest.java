package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AccuracySeen;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccuracyWatchTest {

  private final AccuracyWatch watch = new AccuracyWatch(10_000);
  private final List<DriftAlert> words = new ArrayList<>();
  private AccuracyState state;
  private int label;

  /** Labels, every {@code oneIn}-th of a wrong decision, a second apart. */
  private void labels(int count, int oneIn, ModelRef model) {
    for (int i = 0; i < count; i++) {
      label++;
      AccuracyWatch.Step step =
          watch.after(
              state, "a/*/*", model, label % oneIn == 0, START.plusSeconds(label).toEpochMilli());
      state = step.state();
      words.addAll(step.words());
    }
  }

  @Test
  void saysNothingWhileAccuracyHolds() {
    labels(3000, 20, MODEL_A);

    assertThat(words).isEmpty();
    assertThat(state.getLabels()).isEqualTo(3000);
    assertThat(state.getErrors()).isEqualTo(150);
    assertThat(state.getBaselineLabels()).isEqualTo(AccuracyWatch.BASELINE);
  }

  @Test
  void aFallOpensAnIncidentThatEndsWhenAccuracyIsBack() {
    labels(600, 20, MODEL_A);
    labels(600, 2, MODEL_A);
    assertThat(words).first().extracting(DriftAlert::getEvent).isEqualTo(AlertEvent.OPENED);
    assertThat(words.get(0).getSince()).isBetween(START.plusSeconds(560), START.plusSeconds(610));

    labels(2000, 20, MODEL_A);

    assertThat(words)
        .filteredOn(word -> word.getEvent() != AlertEvent.UPDATED)
        .extracting(DriftAlert::getEvent)
        .containsExactly(AlertEvent.OPENED, AlertEvent.RECOVERED);
    assertThat(words).extracting(DriftAlert::getAlertId).containsOnly(words.get(0).getAlertId());
  }

  @Test
  void anotherModelBeginsAnewAndEndsTheIncident() {
    labels(600, 20, MODEL_A);
    labels(200, 2, MODEL_A);
    words.clear();

    labels(1, 20, MODEL_B);

    assertThat(words)
        .extracting(DriftAlert::getEvent, DriftAlert::getClosedBy, DriftAlert::getModel)
        .containsExactly(tuple(AlertEvent.CLOSED, "model ticket-urgency 1.1.0", MODEL_A));
    assertThat(state.getLabels()).isEqualTo(1);
    assertThat(state.getPreviousHash()).isEqualTo(MODEL_A.getHash());
  }

  @Test
  void passesOverLabelsOfTheModelBefore() {
    labels(10, 20, MODEL_A);
    labels(10, 20, MODEL_B);

    assertThat(watch.after(state, "a/*/*", MODEL_A, true, 0)).isNull();
  }

  @Test
  void leavesTheStateThatComesInAsItIs() {
    labels(300, 20, MODEL_A);
    AccuracyState before = AccuracyState.newBuilder(state).build();

    AccuracyWatch.Step step = watch.after(state, "a/*/*", MODEL_A, true, 0);

    assertThat(state).isEqualTo(before);
    assertThat(step.state().getErrors()).isEqualTo(before.getErrors() + 1);
  }

  @Test
  void tellsTheShareOfRightDecisionsFromFiftyLabelsOn() {
    labels(49, 10, MODEL_A);
    assertThat(AccuracyWatch.share(state, MODEL_A)).isNull();

    labels(1, 10, MODEL_A);

    assertThat(AccuracyWatch.share(state, MODEL_A))
        .extracting(Share::getSuccesses, Share::getTrials)
        .containsExactly(45L, 50L);
    assertThat(AccuracyWatch.share(state, MODEL_B)).isNull();
    assertThat(AccuracyWatch.share(null, MODEL_A)).isNull();
  }

  @Test
  void ofAReportCountsWhatIsNewSinceTheLastOfItsName() {
    LabelCounts counts = LabelCounts.of(report("a", "*"));

    assertThat(counts.labels()).isEqualTo(100);
    assertThat(counts.errors()).isEqualTo(30);
    assertThat(counts.since(null)).isEqualTo(counts);
    assertThat(counts.since(new AccuracySeen(70L, 35L)))
        .isEqualTo(new LabelCounts(counts.name(), 30, -5));
    assertThat(counts.since(counts.seen())).isEqualTo(new LabelCounts(counts.name(), 0, 0));
  }

  @Test
  void passesOverReportsThatRepeatOthers() {
    assertThat(LabelCounts.of(report("*", "*"))).isNull();
    assertThat(LabelCounts.of(report("a", "billing"))).isNull();
  }

  private static AccuracyReport report(String tenant, String domain) {
    return AccuracyReport.newBuilder()
        .setTenantId(tenant)
        .setDomain(domain)
        .setModel(MODEL_A)
        .setAccuracy(new Share(70L, 100L, 0.7, 0.6, 0.8))
        .setTrueUrgent(50)
        .setFalseUrgent(20)
        .setTrueStandard(20)
        .setFalseStandard(10)
        .setAsOf(START)
        .build();
  }
}
