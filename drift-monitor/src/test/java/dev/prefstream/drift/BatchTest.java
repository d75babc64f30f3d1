package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.drift.detect.RandomFrequencies;
import dev.prefstream.drift.detect.ScoreUnits;
import dev.prefstream.drift.detect.Sketch;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.Score;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchTest {

  @Test
  void comesBackFromItsBytes() {
    SplittableRandom random = new SplittableRandom(3);
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < Batch.MOST; i++) {
      observations.add(
          new Observation(
              i % 7 == 0 ? "T-" + i : "",
              "tenant-" + i % 3 + "/US/en",
              ScoreUnits.of(random.nextDouble()),
              random.nextLong(),
              i,
              i / 2,
              i % 3 == 0 ? null : sketch(random)));
    }
    Batch batch = new Batch(MODEL_A, 1_772_000_000_000L, "00-abc", observations);

    assertThat(Batch.unpacked(batch.packed())).isEqualTo(batch);
    assertThatThrownBy(() -> Batch.unpacked(new byte[] {4, 9, 9}))
        .isInstanceOf(SerializationException.class);
  }

  private static Sketch sketch(SplittableRandom random) {
    float[] products = new float[RandomFrequencies.COUNT];
    for (int i = 0; i < products.length; i++) {
      products[i] = (float) random.nextGaussian();
    }
    return new Sketch(1 + random.nextInt(1000), products);
  }

  @Test
  void howPredictionsAreCutIntoBatchesChangesNothing(@TempDir Path dir) {
    Map<String, String> settings =
        Map.of(
            "drift.detectors", "fixed-band,cusum-mean,cusum-shape,ks,mmd,adwin",
            "drift.reference", "2000",
            "drift.window", "500",
            "drift.arl", "100000",
            "drift.report-every", "500");
    List<String> whole = outcome(dir.resolve("whole"), settings, Integer.MAX_VALUE);
    List<String> cut = outcome(dir.resolve("cut"), settings, 7);

    assertThat(whole).hasSizeGreaterThan(10);
    assertThat(cut).isEqualTo(whole);
  }

  /**
   * What is said of the whole stream where batches are sent on after every {@code every} scores.
   */
  private static List<String> outcome(Path dir, Map<String, String> settings, int every) {
    SplittableRandom random = new SplittableRandom(8);
    List<String> outcome = new ArrayList<>();
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      for (int i = 0; i < 6000; i++) {
        double value = random.nextDouble() * (i > 4000 ? 1 : 0.6);
        drift.tenant(random.nextInt(3) == 0 ? "small" : "large");
        Score score = drift.score(i, value, START.plusSeconds(i), MODEL_A);
        // Some scores carry no embedding.
        if (i % 10 != 0) {
          score.setEmbedding(List.of((float) value, (float) random.nextGaussian()));
        }
        drift.publish(score);
        if (i % every == every - 1) {
          drift.advance(Duration.ofSeconds(2));
        }
      }
      drift.reports().stream()
          .filter(r -> r.getSegment().equals("all"))
          .forEach(report -> outcome.add(report.toString()));
      // Which segments had joined by then depends on what other segments' tasks had done.
      List<DriftAlert> turns =
          drift.turns().stream().filter(a -> a.getSegment().equals("all")).toList();
      turns.forEach(alert -> alert.setSegments(List.of()));
      turns.forEach(alert -> outcome.add(alert.toString()));
      drift.triggers().forEach(trigger -> outcome.add(trigger.getAlertId()));
    }
    return outcome;
  }
}
