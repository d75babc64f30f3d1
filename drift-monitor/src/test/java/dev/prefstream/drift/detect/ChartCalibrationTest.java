package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The charts keep the run length they are calibrated to, on independent and on autocorrelated
 * scores, against full and provisional references, and where a daily cycle is taken away. So few
 * alarms, about 150, tell it to a tenth; {@link RunLengths} tells it better.
 */
class ChartCalibrationTest {

  private static final int RUN_LENGTH = 5000;
  private static final int REFERENCES = 15;
  private static final int ALARMS = 10;

  @ParameterizedTest
  @CsvSource({
    "charts, 0",
    "charts, 0.5",
    "provisional, 0",
    "provisional, 0.5",
    "daily, 0",
    "daily-provisional, 0"
  })
  void theRunLengthIsThePromisedOne(String what, double phi) {
    double measured = RunLengths.runLength(what, phi, RUN_LENGTH, REFERENCES, ALARMS, 1000);

    System.out.printf(
        "%s, phi %.1f: run length %d, measured %.0f%n", what, phi, RUN_LENGTH, measured);
    assertThat(measured / RUN_LENGTH).isBetween(0.65, 1.7);
  }
}
