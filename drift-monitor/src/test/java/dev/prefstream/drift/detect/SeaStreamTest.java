package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The stream of W. N. Street and Y. Kim, "A streaming ensemble algorithm (SEA) for large-scale
 * classification", KDD 2001: three attributes uniform on [0, 10], the class is whether the first
 * two sum to at most 8, 9, 7 and 9.5 in four blocks of 12,500, and a tenth of the classes is
 * turned.
 *
 * <p>A classifier that knows the first concept is watched by its errors, and put to the concept of
 * the present as soon as the detector alarms. So each alarm after a drift is a detection, and every
 * other one is false.
 */
class SeaStreamTest {

  private static final int BLOCK = 12_500;
  private static final double[] CONCEPTS = {8, 9, 7, 9.5};
  private static final double NOISE = 0.1;

  @Test
  void adwinFindsEveryDriftAndNothingElse() {
    List<Integer> alarms =
        alarms(
            () -> {
              Adwin adwin = new Adwin(Adwin.Params.DEFAULT);
              return adwin::add;
            });

    assertOneSoonAfterEachDrift(alarms, 1500);
  }

  @Test
  void pageHinkleyFindsEveryDriftAndNothingElse() {
    List<Integer> alarms =
        alarms(
            () -> {
              PageHinkley.State[] state = {PageHinkley.State.NEW};
              return error -> {
                state[0] = state[0].plus(error, PageHinkley.Params.DEFAULT);
                return state[0].alarm(PageHinkley.Params.DEFAULT);
              };
            });

    assertOneSoonAfterEachDrift(alarms, 2500);
  }

  @Test
  void theCalibratedChartOfTheMeanFindsEveryDriftAndNothingElse() {
    double[] before = new double[10_000];
    SplittableRandom random = new SplittableRandom(3);
    Arrays.setAll(before, i -> random.nextDouble() < NOISE ? 1 : 0);
    Reference reference = Reference.learn(before, 1000, 1e6, false);

    List<Integer> alarms =
        alarms(
            () -> {
              Reference.Charts[] charts = {Reference.Charts.NEW};
              return error -> {
                charts[0] = reference.plus(charts[0], error);
                return reference.read(charts[0]).get(0).share() > 1;
              };
            });

    assertOneSoonAfterEachDrift(alarms, 1000);
  }

  @Test
  void theChartOfErrorsFindsEveryDriftAndNothingElse() {
    ErrorChart chart = ErrorChart.of(200, 2000);

    List<Integer> alarms =
        alarms(
            () -> {
              double[] sum = {0};
              return error -> {
                sum[0] = Math.max(0, sum[0] + chart.step(1, error > 0 ? 1 : 0));
                return sum[0] > ErrorChart.threshold(1e6);
              };
            });

    assertOneSoonAfterEachDrift(alarms, 2000);
  }

  /** Rows at which a detector of errors alarms; it begins anew after each. */
  private static List<Integer> alarms(Supplier<DoublePredicate> detector) {
    SplittableRandom random = new SplittableRandom(2001);
    List<Integer> alarms = new ArrayList<>();
    double known = CONCEPTS[0];
    DoublePredicate watching = detector.get();
    for (int i = 0; i < CONCEPTS.length * BLOCK; i++) {
      double concept = CONCEPTS[i / BLOCK];
      double sum = 10 * random.nextDouble() + 10 * random.nextDouble();
      boolean label = (sum <= concept) ^ (random.nextDouble() < NOISE);
      if (watching.test(label == (sum <= known) ? 0 : 1)) {
        alarms.add(i);
        known = concept;
        watching = detector.get();
      }
    }
    return alarms;
  }

  private static void assertOneSoonAfterEachDrift(List<Integer> alarms, int most) {
    System.out.println("SEA, drifts at 12500, 25000, 37500: alarms at " + alarms);
    assertThat(alarms).hasSize(CONCEPTS.length - 1);
    for (int drift = 1; drift < CONCEPTS.length; drift++) {
      assertThat(alarms.get(drift - 1)).isBetween(drift * BLOCK, drift * BLOCK + most);
    }
  }
}
