package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.START;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Measures what segments hold and what a prediction costs: {@code StateSize SEGMENTS PREDICTIONS
 * [SETTING=VALUE ...]}, predictions for each segment. Prints bytes of keys and values in the stores
 * of a segment, and microseconds a prediction, in one thread without a broker.
 */
final class StateSize {

  private StateSize() {}

  public static void main(String[] args) throws IOException {
    int segments = Integer.parseInt(args[0]);
    int predictions = Integer.parseInt(args[1]);
    Map<String, String> settings = new HashMap<>();
    settings.put("drift.detectors", "cusum-mean,cusum-dispersion,cusum-shape,ks,adwin");
    settings.put("drift.max-segments", Integer.toString(segments));
    settings.put("drift.report-every", "1000000000");
    for (int i = 2; i < args.length; i++) {
      String[] pair = args[i].split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    SplittableRandom random = new SplittableRandom(1);
    Path dir = Files.createTempDirectory("state-size");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      long bytes = 0;
      long from = System.nanoTime();
      long total = (long) segments * predictions;
      for (int i = 0; i < total; i++) {
        drift.tenant("tenant-" + i % segments);
        drift.publish(drift.score(i, random.nextDouble(), START.plusMillis(100L * i), MODEL_A));
        if (i % 100_000 == 0) {
          bytes = drift.storedBytes();
        }
      }
      double micros = (System.nanoTime() - from) / 1e3 / total;
      bytes = drift.storedBytes();
      System.out.printf(
          "%,d segments, %,d predictions each: %,d bytes a segment, %.1f us a prediction%n",
          segments, predictions, bytes / segments, micros);
    }
  }
}
