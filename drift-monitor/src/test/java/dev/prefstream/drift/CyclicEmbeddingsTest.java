package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftState;
import dev.prefstream.schemas.avro.Score;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams whose embeddings follow the clock, through the whole stage, while scores do not: the
 * first direction a sine over each day, the second another one at weekends. Seeded.
 */
class CyclicEmbeddingsTest {

  private static final int SIZE = 8;

  /** Monday noon, when it is weekend nowhere any more. */
  private static final Instant START = Instant.parse("2026-02-02T12:00:00Z");

  private static final Map<String, String> SETTINGS =
      Map.of(
          "drift.detectors", "mmd",
          "drift.signals", "",
          "drift.reference", "5000",
          "drift.provisional-reference", "0",
          "drift.arl", "2000000",
          "drift.seasonality", "day");

  @TempDir private Path dir;

  /** Embeddings at even times. */
  private static final class Stream {

    private final SplittableRandom random = new SplittableRandom(31);
    private final Duration between;
    private final double weekends;
    private DriftDriver drift;
    private int published;

    Stream(DriftDriver drift, int aDay, double weekends) {
      this.drift = drift;
      this.between = Duration.ofDays(1).dividedBy(aDay);
      this.weekends = weekends;
    }

    private Instant time() {
      return START.plus(between.multipliedBy(published));
    }

    /** Goes on for some days, with the last direction off by something. */
    void days(double days, double shift) {
      Instant end = time().plusSeconds((long) (days * 86_400));
      while (time().isBefore(end)) {
        Score score = drift.score(published, random.nextDouble(), time(), MODEL_A);
        score.setEmbedding(embedding(shift));
        drift.publish(score);
        published++;
      }
    }

    private List<Float> embedding(double shift) {
      double days = Duration.between(START, time()).toSeconds() / 86_400.0;
      // Saturday begins four days and a half after Monday noon.
      boolean weekend = Math.floorMod((long) (days + 0.5), 7L) >= 5;
      List<Float> embedding = new ArrayList<>(SIZE);
      for (int i = 0; i < SIZE; i++) {
        double added =
            switch (i) {
              case 0 -> 0.6 * Math.sin(2 * Math.PI * days);
              case 1 -> weekend ? weekends : 0;
              case SIZE - 1 -> shift;
              default -> 0;
            };
        embedding.add((float) (random.nextGaussian() + added));
      }
      return embedding;
    }
  }

  @Test
  void aDailyCycleIsTakenAwayAndAShiftOnTopIsTold() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      Stream stream = new Stream(drift, 6000, 0);
      stream.days(3.5, 0);
      assertThat(drift.alerts()).isEmpty();
      assertThat(drift.reports().get(20).getReadings()).hasSize(1);

      stream.days(0.3, 0.8);

      DriftAlert first = drift.turns().get(0);
      assertThat(first.getEvent()).isEqualTo(AlertEvent.OPENED);
      assertThat(first.getPredictions()).isBetween(21_025L, 21_700L);
    }
  }

  @Test
  void weekendsOfAnotherKindWarnUntilTwoWeeksWereSeenAndAreThenTakenAway() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      Stream stream = new Stream(drift, 3000, 1);
      stream.days(5.5, 0);
      assertThat(drift.reports())
          .last()
          .satisfies(report -> assertThat(report.getState()).isEqualTo(DriftState.WARN));

      stream.days(27, 0);
      assertThat(drift.alerts()).isEmpty();
      assertThat(drift.reports())
          .last()
          .satisfies(report -> assertThat(report.getState()).isEqualTo(DriftState.OK));

      // Saturday, in the fifth weekend.
      stream.days(0.3, 1);
      assertThat(drift.turns()).hasSize(1);
    }
  }

  @Test
  void whatIsStillThereAfterAnUnknownWeekendIsTold() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      Stream stream = new Stream(drift, 3000, 0);
      stream.days(5, 0);
      stream.days(1.9, 1);
      assertThat(drift.alerts()).isEmpty();

      stream.days(0.5, 1);
      assertThat(drift.turns().get(0).getDetectedAt())
          .isBetween(START.plus(Duration.ofDays(7)), START.plus(Duration.ofHours(7 * 24 + 10)));
    }
  }

  @Test
  void aMoveLeavesTheChartAsItWas() {
    List<String> stayed = outcome(new DriftDriver(dir.resolve("stays"), SETTINGS), false);
    List<String> moved = outcome(new DriftDriver(dir.resolve("moves"), SETTINGS), true);

    assertThat(stayed).isNotEmpty();
    assertThat(moved).isEqualTo(stayed);
  }

  /**
   * Alerts of a drift; where it moves, before there is a bandwidth, while chunks are kept, while
   * the reference is worked out, and after.
   */
  private List<String> outcome(DriftDriver begun, boolean moves) {
    Stream stream = new Stream(begun, 6000, 0);
    for (double days : new double[] {0.02, 1, 1.01, 1}) {
      stream.days(days, 0);
      if (moves) {
        stream.drift = stream.drift.moved(dir.resolve("at-" + stream.published), SETTINGS);
      }
    }
    stream.days(0.3, 0.8);
    List<String> alerts = stream.drift.alerts().stream().map(DriftAlert::toString).toList();
    stream.drift.close();
    return alerts;
  }
}
