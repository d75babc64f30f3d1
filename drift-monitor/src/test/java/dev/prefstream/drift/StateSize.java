package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;
import static java.util.Objects.requireNonNull;

import dev.prefstream.schemas.avro.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Measures what segments hold and what a prediction costs: {@code StateSize SEGMENTS PREDICTIONS
 * DAYS [SETTING=VALUE ...]}, so many predictions of each segment, spread over so many days from a
 * Sunday 08:00 UTC on, each with an embedding. Prints bytes of keys and values in the stores of a
 * segment, and microseconds a prediction, of all and of the last fifth, in one thread without a
 * broker. Detectors and seasonality are the default ones.
 */
final class StateSize {

  private static final int EMBEDDING = 32;
  private static final int COUNTED_EVERY = 20_000;

  private StateSize() {}

  public static void main(String[] args) throws IOException {
    int segments = Integer.parseInt(args[0]);
    int predictions = Integer.parseInt(args[1]);
    int days = Integer.parseInt(args[2]);
    Map<String, String> settings = new HashMap<>();
    settings.put("drift.detectors", requireNonNull(DriftOptions.DETECTORS.defaultText()));
    settings.put("drift.seasonality", requireNonNull(DriftOptions.SEASONALITY.defaultText()));
    settings.put("drift.max-segments", Integer.toString(segments));
    settings.put("drift.report-every", "1000000000");
    for (int i = 3; i < args.length; i++) {
      String[] pair = args[i].split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    SplittableRandom random = new SplittableRandom(1);
    Path dir = Files.createTempDirectory("state-size");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      long from = System.nanoTime();
      long total = (long) segments * predictions;
      long last = total - total / 5;
      long lastFrom = from;
      Duration between = Duration.ofDays(days).dividedBy(total);
      for (int i = 0; i < total; i++) {
        if (i == last) {
          lastFrom = System.nanoTime();
        }
        drift.tenant("tenant-" + i % segments);
        Instant createdAt = START.plus(between.multipliedBy(i));
        Score score = drift.score(i, random.nextDouble(), createdAt, MODEL_A);
        score.setEmbedding(embedding(random));
        drift.publish(score);
        if (i % COUNTED_EVERY == 0) {
          drift.storedBytes(); // What was written until here need not be kept.
        }
      }
      long now = System.nanoTime();
      System.out.printf(
          "%,d segments, %,d predictions each over %d days: %,d bytes a segment, %.1f us a prediction, %.1f of the last fifth%n",
          segments,
          predictions,
          days,
          drift.storedBytes() / segments,
          (now - from) / 1e3 / total,
          (now - lastFrom) / 1e3 / (total - last));
    }
  }

  private static List<Float> embedding(SplittableRandom random) {
    return random
        .doubles(EMBEDDING)
        .mapToObj(number -> (float) (number - 0.5))
        .collect(Collectors.toList());
  }
}
