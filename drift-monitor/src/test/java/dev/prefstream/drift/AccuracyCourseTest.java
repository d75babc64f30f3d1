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
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.schemas.avro.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway") // A null that is not expected fails the test.
class AccuracyCourseTest {

  private static final ModelRef MODEL_C = new ModelRef("ticket-urgency", "1.2.0", "c".repeat(64));

  private final AccuracyCourse course = new AccuracyCourse(10_000);
  private final List<DriftAlert> words = new ArrayList<>();
  private AccuracyState state;
  private int label;

  /** Labels, every {@code oneIn}-th of a wrong decision, a second apart. */
  private void labels(int count, int oneIn, ModelRef model) {
    for (int i = 0; i < count; i++) {
      label++;
      take(batch(model, model == MODEL_A ? 1 : 2, 1, label % oneIn == 0 ? 1 : 0));
    }
  }

  private void take(LabelBatch labels) {
    AccuracyCourse.Step step = course.ofTenant(state, "a/*/*", labels);
    state = step.state();
    words.addAll(step.words());
  }

  private LabelBatch batch(ModelRef model, long window, long labels, long errors) {
    long time = START.plusSeconds(label).toEpochMilli();
    return new LabelBatch(model, window, false, labels, errors, time);
  }

  @Test
  void saysNothingWhileAccuracyHolds() {
    labels(3000, 20, MODEL_A);

    assertThat(words).isEmpty();
    assertThat(state.getLabels()).isEqualTo(3000);
    assertThat(state.getErrors()).isEqualTo(150);
    assertThat(state.getBaselineLabels()).isEqualTo(AccuracyCourse.BASELINE);
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
  }

  @Test
  void labelsThatCameTogetherHaveNoOrder() {
    take(batch(MODEL_A, 1, 200, 20));
    for (int i = 0; i < 20; i++) {
      take(batch(MODEL_A, 1, 200, 20));
    }

    assertThat(words).isEmpty();
    assertThat(state.getSum()).isZero();
  }

  @Test
  void aBaselineIsOfWholeReports() {
    take(batch(MODEL_A, 1, 150, 15));
    take(batch(MODEL_A, 1, 400, 40));
    take(batch(MODEL_A, 1, 400, 40));

    assertThat(state.getBaselineLabels()).isEqualTo(550);
    assertThat(state.getBaselineErrors()).isEqualTo(55);
    assertThat(state.getLabels()).isEqualTo(950);
  }

  /** 100 streams of 4,000 labels, each with a baseline of its own: 400 alarms at most. */
  @ParameterizedTest
  @ValueSource(ints = {1, 50, 400})
  void falseAlarmsAreNoMoreThanPromisedWhateverTheSizeOfReports(int size) {
    AccuracyCourse quick = new AccuracyCourse(1000);
    SplittableRandom random = new SplittableRandom(size);
    long labels = 0;
    long alarms = 0;
    for (int stream = 0; stream < 100; stream++) {
      AccuracyState watched = null;
      for (int seen = 0; seen < 4000; seen += size) {
        long errors = IntStream.range(0, size).filter(i -> random.nextDouble() < 0.1).count();
        AccuracyCourse.Step step =
            quick.ofTenant(watched, "a/*/*", batch(MODEL_A, 1, size, errors));
        watched = step.state();
        alarms += watched.getAlarmedAt() == watched.getLabels() ? 1 : 0;
        labels += size;
      }
    }

    assertThat(alarms).isLessThanOrEqualTo(labels / 1000);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50, 400})
  void aFallIsFoundAReportLaterAtMostThanLabelByLabel(int size) {
    long single = labelsToFind(1);

    assertThat(single).isLessThan(200);
    assertThat(labelsToFind(size)).isBetween(single, single + size);
  }

  /** Labels of which one in five is wrong, after a baseline of one in twenty. */
  private long labelsToFind(int size) {
    AccuracyState watched = course.ofTenant(null, "a/*/*", batch(MODEL_A, 1, 400, 20)).state();
    for (long after = size; ; after += size) {
      long errors = after / 5 - (after - size) / 5;
      AccuracyCourse.Step step = course.ofTenant(watched, "a/*/*", batch(MODEL_A, 1, size, errors));
      watched = step.state();
      if (!step.words().isEmpty()) {
        return after;
      }
    }
  }

  @Test
  void anUpdateComesWithTheReportThatFillsAHundred() {
    take(batch(MODEL_A, 1, 400, 20));
    take(batch(MODEL_A, 1, 400, 200));
    words.clear();

    take(batch(MODEL_A, 1, 60, 30));
    assertThat(words).isEmpty();
    take(batch(MODEL_A, 1, 60, 30));
    take(batch(MODEL_A, 1, 300, 150));

    assertThat(words)
        .extracting(DriftAlert::getEvent, DriftAlert::getIncidentPredictions)
        .containsExactly(tuple(AlertEvent.UPDATED, 520L), tuple(AlertEvent.UPDATED, 820L));
  }

  @Test
  void labelsThatAreNoEvidenceAreCountedAndRaiseNoAlarm() {
    LabelBatch wrong = batch(MODEL_A, 1, 400, 200);

    AccuracyCourse.Step step = course.ofAll(null, wrong, Evidence.none(wrong));

    assertThat(step.words()).isEmpty();
    assertThat(step.state().getSum()).isZero();
    assertThat(step.state().getErrors()).isEqualTo(200);
  }

  @Test
  void afterWordThatAFallWasDealtWithWhatComesIsTheBaseline() {
    take(batch(MODEL_A, 1, 400, 20));
    take(batch(MODEL_A, 1, 400, 120));
    assertThat(words).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
    state = AccuracyCourse.settled(state);
    words.clear();

    for (int i = 0; i < 10; i++) {
      take(batch(MODEL_A, 1, 200, 60));
    }
    assertThat(words).isEmpty();
    assertThat(state.getBaselineErrors()).isEqualTo(60);

    take(batch(MODEL_A, 1, 200, 120));
    assertThat(words).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
  }

  @Test
  void lateLabelsOfOlderModelsArePassedOver() {
    take(batch(MODEL_A, 1, 200, 10));
    take(batch(MODEL_B, 2, 200, 10));
    take(batch(MODEL_C, 3, 200, 10));
    AccuracyState before = state;

    take(batch(MODEL_A, 1, 500, 500));
    take(batch(MODEL_B, 2, 500, 500));

    assertThat(state).isEqualTo(before);
    assertThat(words).isEmpty();
  }

  @Test
  void aModelThatWasPutBackIsWatchedAgain() {
    take(batch(MODEL_A, 1, 200, 10));
    take(batch(MODEL_B, 2, 200, 10));

    take(batch(MODEL_A, 3, 30, 1));
    take(batch(MODEL_B, 2, 30, 1));

    assertThat(state.getModel()).isEqualTo(MODEL_A);
    assertThat(state.getLabels()).isEqualTo(30);
  }

  @Test
  void whereItIsNotKnownWhichIsLaterTheMajorityOfLabelsDecides() {
    take(batch(MODEL_A, 1, 200, 10));
    take(batch(MODEL_B, 1, 100, 5));
    take(batch(MODEL_A, 1, 50, 5));
    take(batch(MODEL_B, 1, 50, 5));
    assertThat(state.getModel()).isEqualTo(MODEL_A);

    take(batch(MODEL_B, 1, 1, 0));

    assertThat(state.getModel()).isEqualTo(MODEL_B);
    assertThat(state.getLabels()).isEqualTo(1);
  }

  @Test
  void ofTwoModelsOfOneWindowTheOneReleasedLastDecides() {
    ModelRelease ofB =
        ModelRelease.newBuilder()
            .setTask("ticket-urgency")
            .setModel(MODEL_B)
            .setLocation("b")
            .setReleasedAt(START)
            .build();
    take(batch(MODEL_A, START.minusSeconds(60).toEpochMilli(), 200, 10));

    take(LabelBatch.of(windowed(MODEL_B), new LabelCounts("b", 1, 0), ofB));

    assertThat(state.getModel()).isEqualTo(MODEL_B);
    assertThat(LabelBatch.of(windowed(MODEL_A), new LabelCounts("a", 1, 0), ofB)).isNull();
    assertThat(LabelBatch.of(windowed(MODEL_A), new LabelCounts("a", 1, 0), null)).isNotNull();
    assertThat(LabelBatch.of(windowed(MODEL_B), new LabelCounts("b", 0, 0), ofB)).isNull();
  }

  private static AccuracyReport windowed(ModelRef model) {
    AccuracyReport report = report("a", "*");
    report.setModel(model);
    report.setWindowStart(START.minusSeconds(60));
    return report;
  }

  @Test
  void leavesTheStateThatComesInAsItIs() {
    labels(300, 20, MODEL_A);
    AccuracyState before = AccuracyState.newBuilder(state).build();

    AccuracyCourse.Step step = course.ofTenant(state, "a/*/*", batch(MODEL_A, 1, 1, 1));

    assertThat(state).isEqualTo(before);
    assertThat(step.state().getErrors()).isEqualTo(before.getErrors() + 1);
  }

  @Test
  void tellsTheShareOfRightDecisionsFromFiftyLabelsOn() {
    labels(49, 10, MODEL_A);
    assertThat(AccuracyWords.share(state, MODEL_A)).isNull();

    labels(1, 10, MODEL_A);

    assertThat(AccuracyWords.share(state, MODEL_A))
        .extracting(Share::getSuccesses, Share::getTrials)
        .containsExactly(45L, 50L);
    assertThat(AccuracyWords.share(state, MODEL_B)).isNull();
    assertThat(AccuracyWords.share(null, MODEL_A)).isNull();
  }

  @Test
  void ofAReportCountsWhatIsNewSinceTheLastOfItsName() {
    LabelCounts counts = LabelCounts.of(report("a", "*"));

    assertThat(counts.labels()).isEqualTo(100);
    assertThat(counts.errors()).isEqualTo(30);
    assertThat(counts.since(null)).isEqualTo(counts);
    assertThat(counts.since(new AccuracySeen(70L, 20L)))
        .isEqualTo(new LabelCounts(counts.name(), 30, 10));
    assertThat(counts.since(new AccuracySeen(70L, 35L)))
        .isEqualTo(new LabelCounts(counts.name(), 30, 0));
    assertThat(counts.since(new AccuracySeen(95L, 10L)))
        .isEqualTo(new LabelCounts(counts.name(), 5, 5));
    assertThat(counts.since(new AccuracySeen(120L, 30L)))
        .isEqualTo(new LabelCounts(counts.name(), 0, 0));
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
