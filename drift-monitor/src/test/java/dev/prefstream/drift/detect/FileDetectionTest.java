package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.drift.detect.FileDetection.Alarm;
import dev.prefstream.drift.detect.FileDetection.Params;
import dev.prefstream.drift.detect.FileDetection.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDetectionTest {

  private static final Params CHARTS =
      new Params(0, 0, List.of("cusum-mean", "cusum-dispersion", "cusum-shape", "ks"));

  /** Uniform on [0, 100) with the mean lifted by so much in the second half. */
  private static double[] column(int rows, double lift) {
    SplittableRandom random = new SplittableRandom(42);
    double[] column = new double[rows];
    for (int i = 0; i < rows; i++) {
      column[i] = 100 * random.nextDouble() + (i < rows / 2 ? 0 : lift);
    }
    return column;
  }

  @Test
  void aDetectorNamedTwiceIsOne() {
    List<String> once = List.of("ks", "adwin");
    List<String> twice = List.of("ks", "adwin", "ks", "adwin");
    assertThat(new FileDetection.Params(0, 0, twice))
        .isEqualTo(new FileDetection.Params(0, 0, once));
  }

  @Test
  void findsOneChangeAndTellsItOnce() {
    Result result = FileDetection.run(column(4000, 30), Params.DEFAULT);

    assertThat(result.referenceRows()).isZero();
    assertThat(result.alarms()).hasSize(1);
    assertThat(result.alarms().get(0).row()).isBetween(2005, 2100);
    assertThat(result.alarms().get(0).since()).isBetween(1900, 2060);
    assertThat(result.alarms().get(0).detector()).isEqualTo("scan-mean");
  }

  @Test
  void theChartsFindItAgainstTheirReference() {
    Result result = FileDetection.run(column(4000, 30), CHARTS);

    assertThat(result.referenceRows()).isEqualTo(800);
    assertThat(result.alarms()).hasSize(1);
    assertThat(result.alarms().get(0).row()).isBetween(2005, 2100);
    // The lifted values are further from the old mean too, so either chart may be first.
    assertThat(result.alarms().get(0).detector()).isIn("cusum-mean", "cusum-dispersion");
  }

  @Test
  void noScanAlarmsWithinTheReference() {
    Params params = new Params(2500, 0, FileDetection.DEFAULT_DETECTORS);

    assertThat(FileDetection.run(column(4000, 30), params).alarms())
        .allSatisfy(alarm -> assertThat(alarm.row()).isGreaterThanOrEqualTo(2500));
  }

  @Test
  void isSilentWhenNothingChanges() {
    assertThat(FileDetection.run(column(4000, 0), Params.DEFAULT).alarms()).isEmpty();
  }

  @Test
  void passesOverGapsAndCountsRowsAsTheFileDoes() {
    double[] whole = column(4000, 30);
    double[] gaps = new double[8000];
    Arrays.fill(gaps, Double.NaN);
    for (int i = 0; i < whole.length; i++) {
      gaps[2 * i] = whole[i];
    }

    Result result = FileDetection.run(gaps, Params.DEFAULT);

    assertThat(result.missing()).isEqualTo(4000);
    assertThat(result.alarms())
        .extracting(Alarm::row)
        .containsExactly(2 * FileDetection.run(whole, Params.DEFAULT).alarms().get(0).row());
  }

  @Test
  void aConstantColumnThatStaysIsSilentAndOneThatJumpsIsNot() {
    double[] constant = new double[2000];
    Arrays.fill(constant, 7);
    assertThat(FileDetection.run(constant, Params.DEFAULT).alarms()).isEmpty();

    Arrays.fill(constant, 1500, 2000, 8);

    assertThat(FileDetection.run(constant, Params.DEFAULT).alarms())
        .extracting(Alarm::row)
        .allSatisfy(row -> assertThat(row).isBetween(1500, 1505))
        .hasSize(1);
  }

  @Test
  void everyNamedDetectorRuns() {
    Params params = new Params(0, 100_000, FileDetection.DETECTORS);

    assertThat(FileDetection.run(column(4000, 60), params).alarms())
        .extracting(Alarm::detector)
        .contains("adwin", "page-hinkley", "kswin", "fixed-band");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scan-mean",
        "cusum-mean",
        "ks",
        "psi",
        "adwin",
        "page-hinkley",
        "kswin",
        "fixed-band"
      })
  void eachDetectorFindsAJumpByItselfAndSaysWhatItRead(String detector) {
    Random random = new Random(1);
    double[] jump = new double[12_000];
    for (int i = 0; i < jump.length; i++) {
      jump[i] = Math.max(0, Math.min(1, (i < 8000 ? 0.4 : 0.7) + 0.1 * random.nextGaussian()));
    }

    Result result = FileDetection.run(jump, new Params(4000, 10_000, List.of(detector)));

    assertThat(result.everyAlarm())
        .filteredOn(alarm -> alarm.row() >= 8000 && alarm.row() < 9000)
        .isNotEmpty()
        .allSatisfy(
            alarm -> {
              assertThat(alarm.detector()).isEqualTo(detector);
              assertThat(Math.abs(alarm.statistic())).isGreaterThan(alarm.threshold() * (1 - 1e-9));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"scan-dispersion", "cusum-dispersion", "cusum-shape"})
  void eachDetectorOfTheShapeFindsAWiderSpreadByItself(String detector) {
    Random random = new Random(1);
    double[] wider = new double[12_000];
    for (int i = 0; i < wider.length; i++) {
      double spread = i < 8000 ? 0.05 : 0.2;
      wider[i] = Math.max(0, Math.min(1, 0.5 + spread * random.nextGaussian()));
    }

    Result result = FileDetection.run(wider, new Params(4000, 10_000, List.of(detector)));

    assertThat(result.everyAlarm())
        .filteredOn(alarm -> alarm.row() >= 8000 && alarm.row() < 9000)
        .isNotEmpty()
        .allSatisfy(alarm -> assertThat(alarm.detector()).isEqualTo(detector));
  }

  @Test
  void tellsTheFirstAlarmOfEachIncidentApartFromThoseThatFollow() {
    double[] unsteady = column(6000, 30);
    for (String detector : List.of("scan-mean", "cusum-mean", "page-hinkley", "kswin")) {
      Result result = FileDetection.run(unsteady, new Params(0, 0, List.of(detector)));

      assertThat(result.alarms()).as(detector).isNotEmpty();
      assertThat(result.everyAlarm())
          .as(detector)
          .hasSizeGreaterThanOrEqualTo(result.alarms().size())
          .containsSubsequence(result.alarms())
          .first()
          .isEqualTo(result.alarms().get(0));
    }
    // Page-Hinkley alarms again and again on values of this size, no thousand rows apart.
    Result often = FileDetection.run(unsteady, new Params(0, 0, List.of("page-hinkley")));
    assertThat(often.everyAlarm()).hasSizeGreaterThan(3 * often.alarms().size());
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThatThrownBy(() -> new Params(0, 100_000, List.of("adwine")))
        .hasMessageContaining("adwine")
        .hasMessageContaining("adwin,");
    assertThatThrownBy(() -> new Params(3, 100_000, List.of("ks"))).hasMessageContaining("30");
    assertThatThrownBy(() -> FileDetection.run(column(20, 0), CHARTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 20 numbers");
  }

  @Test
  void refusesAReferenceThatLeavesNothingToWatchWhicheverDetectorIsAsked() {
    for (String detector : List.of("scan-mean", "cusum-mean", "adwin")) {
      Params params = new Params(200, 0, List.of(detector));

      assertThatThrownBy(() -> FileDetection.run(column(200, 30), params))
          .as(detector)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 200 numbers, expected more than the 200");
      assertThat(FileDetection.run(column(201, 0), params).referenceRows()).isEqualTo(200);
    }
  }
}
