package dev.prefstream.benchmarks.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Detectors keep the run length they are calibrated to, on independent and on autocorrelated
 * scores, against full and provisional references, and where the clock's cycle is taken away;
 * looser where it is known to be off. Some 250 alarms tell it to a tenth; {@code prefstream bench
 * drift} tells it better.
 */
class PromisedRunLengthTest {

  private static final double RUN_LENGTH = 5000;
  private static final int REFERENCES = 10;
  private static final int ALARMS = 25;

  @ParameterizedTest
  @CsvSource({
    "0, false, false, 0.8, 1.2",
    "0.5, false, false, 0.8, 1.2",
    "0, true, false, 0.8, 1.2",
    "0, true, true, 0.8, 1.2",
    "0, false, true, 0.8, 1.4",
    "0.5, false, true, 0.7, 1.2"
  })
  void chartsKeepIt(double phi, boolean daily, boolean provisional, double least, double most) {
    RunLengthRow.Measured measured =
        measured(RUN_LENGTH, RunLengths.charts(phi, daily, provisional, RUN_LENGTH));

    System.out.printf(
        "phi %.1f, daily %s, provisional %s: run length %.0f, measured %.0f%n",
        phi, daily, provisional, RUN_LENGTH, measured.runLength());
    assertThat(measured.runLength() / RUN_LENGTH).isBetween(least, most);
  }

  @ParameterizedTest
  @CsvSource({
    "DAILY, 2000, 0.8, 1.2",
    "DAILY, 12000, 0.8, 1.25",
    "WEEKLY, 2000, 0.8, 1.25",
    "WEEKLY, 12000, 0.8, 1.25"
  })
  void chartsKeepItFromTwoWeeksOn(ScoreStream.Cycle cycle, int aDay, double least, double most) {
    RunLengthRow.Measured measured =
        measured(RUN_LENGTH, RunLengths.weeks(cycle, aDay, RUN_LENGTH));

    System.out.printf(
        "%s: run length %.0f, measured %.0f%n",
        RunLengths.weeks(cycle, aDay), RUN_LENGTH, measured.runLength());
    assertThat(measured.runLength() / RUN_LENGTH).isBetween(least, most);
  }

  @ParameterizedTest
  @CsvSource({
    "0, NONE, 0, 0.8, 1.25",
    "0.5, NONE, 0, 0.8, 1.25",
    "0, DAILY, 2000, 0.7, 1.25",
    "0, DAILY, 12000, 0.6, 1.25",
    "0, WEEKLY, 2000, 0.7, 1.4"
  })
  void theDiscrepancyOfEmbeddingsKeepsIt(
      double phi, ScoreStream.Cycle cycle, int aDay, double least, double most) {
    double runLength = 10_000;
    RunLengthRow.Measured measured =
        measured(runLength, RunLengths.embeddings(phi, cycle, aDay, false, runLength));

    System.out.printf(
        "mmd, phi %.1f, %s of %d: run length %.0f, measured %.0f%n",
        phi, cycle, aDay, runLength, measured.runLength());
    assertThat(measured.runLength() / runLength).isBetween(least, most);
  }

  private static RunLengthRow.Measured measured(double runLength, LongFunction<Watch> begin) {
    RunLengthRow row = new RunLengthRow("", runLength, REFERENCES, ALARMS, begin);
    IntStream.range(0, REFERENCES).parallel().forEach(row::add);
    return row.measured();
  }
}
