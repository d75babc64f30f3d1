package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DetectorReading;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.Score;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeddings on scores, watched beside them. Seeded. */
class EmbeddingDriftTest {

  private static final int SIZE = 8;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "drift.detectors", "mmd",
          "drift.signals", "",
          "drift.reference", "5000",
          "drift.provisional-reference", "0",
          "drift.arl", "100000");

  private final Path dir;
  private final SplittableRandom random = new SplittableRandom(77);
  private int published;

  EmbeddingDriftTest(@TempDir Path dir) {
    this.dir = dir;
  }

  private void publish(DriftDriver drift, int count, double scoreShift, double embeddingShift) {
    for (int i = 0; i < count; i++) {
      publish(drift, scoreShift, embedding(embeddingShift));
    }
  }

  private void publish(DriftDriver drift, double scoreShift, List<Float> embedding) {
    double value = Math.min(1, 0.6 * random.nextDouble() + scoreShift);
    Score score = drift.score(published, value, START.plusSeconds(published), MODEL_A);
    published++;
    score.setEmbedding(embedding);
    drift.publish(score);
  }

  private List<Float> embedding(double shift) {
    List<Float> embedding = new ArrayList<>(SIZE);
    for (int i = 0; i < SIZE; i++) {
      embedding.add((float) (random.nextGaussian() + (i == 0 ? shift : 0)));
    }
    return embedding;
  }

  private static double passedOver(DriftDriver drift) {
    return Metric.DRIFT_EMBEDDINGS_PASSED_OVER.counter(drift.registry).count();
  }

  @Test
  void aShiftOfEmbeddingsIsAlertedWhileScoresStay() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      publish(drift, 7000, 0, 0);
      assertThat(drift.alerts()).isEmpty();

      publish(drift, 2000, 0, 1);

      List<DriftAlert> alerts = drift.turns();
      assertThat(alerts).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
      DriftAlert alert = alerts.get(0);
      assertThat(alert.getReading().getDetector()).isEqualTo("mmd");
      assertThat(alert.getReading().getStatistic())
          .isGreaterThan(alert.getReading().getThreshold());
      assertThat(alert.getMessage()).startsWith("Embeddings of the whole stream have drifted");
      assertThat(alert.getPredictions()).isBetween(7025L, 7700L);
      assertThat(alert.getSince())
          .isBetween(START.plusSeconds(6800), START.plusSeconds(alert.getPredictions()));
      assertThat(drift.triggers()).hasSize(1);
    }
  }

  @Test
  void aShiftOfScoresAloneIsNoneOfEmbeddings() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      publish(drift, 7000, 0, 0);
      publish(drift, 4000, 0.3, 0);

      assertThat(drift.alerts()).isEmpty();
      assertThat(passedOver(drift)).isZero();
    }
  }

  @Test
  void scoresWithoutEmbeddingsLeaveNoTrace() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      drift.publish(6000, 0.3);

      assertThat(drift.reports()).allSatisfy(report -> assertThat(report.getReadings()).isEmpty());
      assertThat(drift.storedKeys())
          .noneMatch(key -> key.startsWith(SegmentStore.NAME + "eall"))
          .anyMatch(key -> key.startsWith(SegmentStore.NAME + "rall"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "too long", "NaN", "infinite", "other length"})
  void badEmbeddingsArePassedOverAndCountedAndTheirScoresCount(String kind) {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      int bad = 0;
      for (int i = 0; i < 7000; i++) {
        boolean now = i % 50 == 49;
        publish(drift, 0, now ? bad(kind) : embedding(0));
        bad += now ? 1 : 0;
      }

      List<DriftReport> reports = drift.reports();
      assertThat(passedOver(drift)).isEqualTo(bad);
      assertThat(drift.deadLetters()).isEmpty();
      assertThat(reports).hasSize(7);
      assertThat(reports.get(6).getPredictions()).isEqualTo(7000);
      assertThat(reports.get(6).getReadings())
          .extracting(DetectorReading::getDetector)
          .containsExactly("mmd");

      publish(drift, 2000, 0, 1);
      assertThat(drift.turns()).hasSize(1);
    }
  }

  private List<Float> bad(String kind) {
    List<Float> embedding = embedding(0);
    switch (kind) {
      case "empty" -> embedding.clear();
      case "too long" -> {
        while (embedding.size() <= 4096) {
          embedding.add(0f);
        }
      }
      case "NaN" -> embedding.set(3, Float.NaN);
      case "infinite" -> embedding.set(3, Float.NEGATIVE_INFINITY);
      case "other length" -> embedding.remove(0);
      default -> throw new IllegalArgumentException(kind);
    }
    return embedding;
  }

  @Test
  void anotherLengthThatLastsIsLearntAnew() {
    try (DriftDriver drift = new DriftDriver(dir, SETTINGS)) {
      publish(drift, 6000, 0, 0);
      for (int i = 0; i < 7000; i++) {
        publish(drift, 0, bad("other length"));
      }

      assertThat(drift.alerts()).isEmpty();
      assertThat(passedOver(drift)).isEqualTo(EmbeddingChunks.STRANGERS - 1);
      List<DriftReport> reports = drift.reports();
      assertThat(reports.get(8).getReadings()).isEmpty();
      assertThat(reports.get(12).getReadings()).hasSize(1);
    }
  }

  @Test
  void aMoveLeavesTheChartAsItWas() {
    List<String> stayed = outcome(new DriftDriver(dir.resolve("stays"), SETTINGS), false);
    List<String> moved = outcome(new DriftDriver(dir.resolve("moves"), SETTINGS), true);

    assertThat(stayed).isNotEmpty();
    assertThat(moved).isEqualTo(stayed);
  }

  /** Alerts of a drift; where it moves, while the reference is learnt and just before the alarm. */
  private List<String> outcome(DriftDriver drift, boolean moves) {
    SplittableRandom seeded = new SplittableRandom(5);
    DriftDriver now = drift;
    for (int i = 0; i < 9000; i++) {
      List<Float> embedding = new ArrayList<>();
      for (int j = 0; j < SIZE; j++) {
        embedding.add((float) (seeded.nextGaussian() + (i > 7000 ? 0.8 : 0)));
      }
      Score score = now.score(i, seeded.nextDouble(), START.plusSeconds(i), MODEL_A);
      score.setEmbedding(embedding);
      now.publish(score);
      if (moves && (i == 133 || i == 3333 || i == 7040)) {
        now = now.moved(dir.resolve("at-" + i), SETTINGS);
      }
    }
    List<String> alerts = now.alerts().stream().map(DriftAlert::toString).toList();
    now.close();
    return alerts;
  }
}
