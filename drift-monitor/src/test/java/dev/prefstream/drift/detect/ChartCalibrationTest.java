package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The charts keep the run length they are calibrated to, on independent and on autocorrelated
 * scores, against full and provisional references, and where a daily cycle is taken away. So few
 * alarms, about 150, tell it to a tenth; {@link RunLengths} tells it better.
 *
 * <p>Where a cycle is taken away the run length is longer: the error of an hour's offset counts in
 * full, though an excursion to a threshold as low as this one's ends before the hour does.
 */
class ChartCalibrationTest {

  private static final int RUN_LENGTH = 5000;
  private static final int REFERENCES = 15;
  private static final int ALARMS = 10;

  @ParameterizedTest
  @CsvSource({
    "charts, 0, 1.7",
    "charts, 0.5, 1.7",
    "provisional, 0, 1.7",
    "provisional, 0.5, 1.7",
    "daily, 0, 2",
    "daily-provisional, 0, 4"
  })
  void theRunLengthIsThePromisedOne(String what, double phi, double most) {
    double measured = RunLengths.runLength(what, phi, RUN_LENGTH, REFERENCES, ALARMS, 1000);

    System.out.printf(
        "%s, phi %.1f: run length %d, measured %.0f%n", what, phi, RUN_LENGTH, measured);
    assertThat(measured / RUN_LENGTH).isBetween(0.65, most);
  }
}
