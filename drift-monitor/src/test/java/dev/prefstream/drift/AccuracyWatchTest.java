package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.ModelRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels of some tenants, some of which are right less often than others. */
class AccuracyWatchTest {

  private static final double RUN_LENGTH = 10_000;

  private final Fleet fleet = new Fleet(RUN_LENGTH);

  /** The watch over some tenants, and what it said. */
  private static final class Fleet {

    private final AccuracyWatch watch;
    private final Map<String, AccuracyState> states = new HashMap<>();
    private final List<DriftAlert> words = new ArrayList<>();
    private long labels;

    Fleet(double runLength) {
      this.watch = new AccuracyWatch(runLength);
    }

    Fleet take(String tenant, long some, long errors) {
      return take(tenant, MODEL_A, 1, some, errors);
    }

    Fleet take(String tenant, ModelRef model, long window, long some, long errors) {
      labels += some;
      long time = START.plusSeconds(labels).toEpochMilli();
      String segment = Segments.ofTenant(tenant);
      AccuracyWatch.Step step =
          watch.after(
              states.get(Segments.ALL),
              states.get(segment),
              segment,
              new LabelBatch(model, window, false, some, errors, time));
      states.put(Segments.ALL, step.all());
      states.put(segment, step.tenant());
      words.addAll(step.words());
      return this;
    }

    AccuracyState all() {
      return states.getOrDefault(Segments.ALL, new AccuracyState());
    }
  }

  @Test
  void labelsOfATenantThatIsWorseThanOthersAsEverAreNoFall() {
    fleet.take("good", 1000, 20).take("bad", 200, 60);

    for (int i = 0; i < 50; i++) {
      fleet.take("bad", 40, 12);
    }

    assertThat(fleet.words).isEmpty();
    assertThat(fleet.all().getErrors()).isEqualTo(20 + 60 + 600);
  }

  @Test
  void aFallIsSeenThoughTheWorstTenantBringsNoMoreLabels() {
    fleet.take("bad", 1000, 300);
    for (int i = 0; i < 4; i++) {
      fleet.take("good-" + i, 250, 12);
    }

    for (int i = 0; i < 40; i++) {
      fleet.take("good-" + i % 4, 10, 2);
    }

    assertThat(fleet.words)
        .filteredOn(word -> word.getEvent() == AlertEvent.OPENED)
        .extracting(DriftAlert::getSegment)
        .startsWith("all");
    DriftAlert first = fleet.words.get(0);
    assertThat(first.getAfter().getMean()).isEqualTo(0.8, offset(1e-9));
    assertThat(first.getBefore()).isNotNull();
    assertThat(first.getBefore().getMean()).isEqualTo(1 - 12 / 250.0, offset(1e-9));
  }

  @Test
  void aTenantOfFewLabelsIsEvidenceFromFiftyOn() {
    for (int i = 0; i < 20; i++) {
      fleet.take("t" + i, 49, 2);
      fleet.take("t" + i, 1, 1);
    }
    assertThat(fleet.all().getSum()).isZero();

    for (int i = 0; i < 20; i++) {
      fleet.take("t" + i, 20, 8);
    }

    assertThat(fleet.words).extracting(DriftAlert::getSegment).startsWith("all");
  }

  /** Its fall is all but one of the whole when it is told, and takes that evidence with it. */
  @Test
  void aFallThatIsToldOfATenantIsNoEvidenceForOneOfAll() {
    fleet.take("a", 400, 20).take("b", 400, 20);
    fleet.take("a", 10, 10).take("b", 20, 0).take("a", 5, 5);
    assertThat(fleet.words)
        .extracting(DriftAlert::getSegment, DriftAlert::getEvent)
        .containsExactly(tuple("a/*/*", AlertEvent.OPENED));

    fleet.take("b", 3, 3).take("a", 50, 50);

    assertThat(fleet.words)
        .filteredOn(word -> word.getEvent() == AlertEvent.OPENED)
        .extracting(DriftAlert::getSegment)
        .containsExactly("a/*/*");
  }

  @Test
  void ofAnotherModelATenantsBaselineSaysNothing() {
    fleet.take("a", 400, 20);

    fleet.take("a", MODEL_B, 2, 150, 100).take("a", MODEL_B, 2, 100, 60);

    assertThat(fleet.words).isEmpty();
    assertThat(fleet.all().getModel()).isEqualTo(MODEL_B);
  }

  /**
   * 60 fleets of 8,000 labels, whose tenants err in 2 to 30 of a hundred, in turns of 400 labels of
   * one tenant: 480 alarms of all at most.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 50, 400})
  void falseAlarmsOfAllAreNoMoreThanPromisedWhateverTheMix(int size) {
    double[] errors = {0.02, 0.05, 0.1, 0.2, 0.3};
    SplittableRandom random = new SplittableRandom(size);
    int labels = 0;
    int alarms = 0;
    for (int i = 0; i < 60; i++) {
      Fleet quick = new Fleet(1000);
      int tenant = 0;
      for (int seen = 0; seen < 8000; seen += size) {
        tenant = seen % 400 == 0 ? random.nextInt(errors.length) : tenant;
        double wrong = errors[tenant];
        quick.take(
            "t" + tenant,
            size,
            IntStream.range(0, size).filter(label -> random.nextDouble() < wrong).count());
        alarms += quick.all().getAlarmedAt() == quick.all().getLabels() ? 1 : 0;
        labels += size;
      }
    }

    System.out.printf("reports of %d: %d alarms of all in %,d labels%n", size, alarms, labels);
    assertThat(alarms).isLessThanOrEqualTo(labels / 1000);
  }
}
