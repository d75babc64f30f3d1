package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.drift.detect.BetaScores;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.Score;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many segments: the promise for all of them together, and what they hold. */
class FleetTest {

  private final SplittableRandom random = new SplittableRandom(99);

  /**
   * Six segments and the whole, all signals and every detector that promises a run length, no
   * drift. {@code jump} and {@code adwin} are chosen too, but speak only until there is a
   * reference; {@code fixed-band} is left out, for it is a rule that promises nothing.
   */
  @Test
  void theFalseAlarmBudgetHoldsForAllSegmentsAndDetectorsTogether(@TempDir Path dir) {
    double runLength = 3_000;
    Map<String, String> settings =
        Map.of(
            "drift.detectors", "cusum-mean,cusum-dispersion,cusum-shape,ks,psi,mmd,jump,adwin",
            "drift.arl", Double.toString(runLength),
            "drift.reference", "3000",
            "drift.provisional-reference", "0",
            "drift.window", "500",
            "drift.report-every", "1000000");
    int learnt = 22_000;
    int charted = 60_000;
    Map<String, Integer> opened = new TreeMap<>();
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      for (int i = 0; i < learnt + charted; i++) {
        drift.tenant("t" + i % 6).publish(score(drift, i, START.plusSeconds(i)));
        if (i == learnt) {
          drift.alerts();
        } else if (i % 10_000 == 0) {
          count(opened, drift);
        }
      }
      count(opened, drift);
    }
    int alarms = opened.values().stream().mapToInt(Integer::intValue).sum();
    double promised = charted / runLength;
    System.out.printf(
        "fleet: %d false alarms in %d predictions, %.0f promised: %s%n",
        alarms, charted, promised, opened);
    // Incidents that overlap count once, so fewer than promised are no wonder.
    assertThat(alarms).isBetween(3, atMost(promised));
    assertThat(atMost(promised)).as("four times as many would fail").isLessThan(50);
  }

  /** What a Poisson number exceeds once in a million. */
  private static int atMost(double mean) {
    int most = 0;
    double chance = Math.exp(-mean);
    for (double sum = chance; 1 - sum > 1e-6; sum += chance) {
      most++;
      chance *= mean / most;
    }
    return most;
  }

  private static void count(Map<String, Integer> opened, DriftDriver drift) {
    drift.alerts().stream()
        .filter(alert -> alert.getEvent() == AlertEvent.OPENED)
        .forEach(alert -> opened.merge(alert.getReading().getDetector(), 1, Integer::sum));
  }

  private Score score(DriftDriver drift, int number, Instant at) {
    double a = random.nextDouble();
    double b = random.nextDouble();
    double c = random.nextDouble();
    Score score = drift.score(number, BetaScores.of(a, b, c), at, MODEL_A);
    int length = (int) Math.exp(5 + 0.8 * (a + b + c - 1.5));
    score.getStyle().setLength(length);
    score.setOriginalTokens(length / 5 + random.nextInt(10));
    score.setEmbedding(
        random.doubles(8).mapToObj(x -> (float) (x - 0.5)).collect(Collectors.toList()));
    return score;
  }

  @Test
  void aSegmentsStateGrowsNoFurtherOnceItsReferenceIsThere(@TempDir Path dir) {
    Map<String, String> settings =
        Map.of(
            "drift.detectors", "cusum-mean,cusum-dispersion,cusum-shape,ks,psi,adwin",
            "drift.arl", "100000000",
            "drift.reference", "2000",
            "drift.window", "500");
    assertGrowsNoFurther(
        new DriftDriver(dir, settings), 8000, 24_000, Duration.ofSeconds(1), 20_000);
  }

  /** With the seasonality and the detectors that are the default, and embeddings. */
  @Test
  void aSegmentsStateGrowsNoFurtherOnceItsWeekIsKnown(@TempDir Path dir) {
    Map<String, String> settings =
        Map.of(
            "drift.seasonality", requireNonNull(DriftOptions.SEASONALITY.defaultText()),
            "drift.detectors", requireNonNull(DriftOptions.DETECTORS.defaultText()),
            "drift.arl", "100000000",
            "drift.reference", "2000",
            "drift.window", "500");
    assertGrowsNoFurther(
        new DriftDriver(dir, settings), 10_000, 20_000, Duration.ofMinutes(3), 30_000);
  }

  /**
   * @param most bytes of one of the three segments
   */
  private void assertGrowsNoFurther(
      DriftDriver drift, int learnt, int all, Duration between, int most) {
    try (drift) {
      publishOfTwo(drift, 0, learnt, between);
      long bytes = drift.storedBytes();
      publishOfTwo(drift, learnt, all, between);

      assertThat(drift.reports())
          .last()
          .extracting(DriftReport::getReferenceState)
          .isEqualTo(ReferenceState.FROZEN);
      // Counts take a byte more as they grow.
      assertThat(drift.storedBytes()).isLessThan(bytes + bytes / 20).isLessThan(3 * most);
    }
  }

  private void publishOfTwo(DriftDriver drift, int from, int to, Duration between) {
    for (int i = from; i < to; i++) {
      Instant at = START.plus(between.multipliedBy(i));
      drift.tenant("t" + i % 2).publish(score(drift, i, at));
    }
  }

  @Test
  void aSegmentIsWatchedFromItsLeastSizeOn(@TempDir Path dir) {
    Map<String, String> settings = Map.of("drift.min-segment", "100", "drift.report-every", "50");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      drift.tenant("large").publish(99, 0.5);
      drift.tenant("small").publish(99, 0.5);
      assertThat(drift.reports()).allMatch(report -> report.getSegment().equals("all"));

      drift.tenant("large").publish(50, 0.5);

      assertThat(drift.reports())
          .filteredOn(report -> report.getSegment().equals("large/US/en"))
          .hasSize(1);
    }
  }
}
