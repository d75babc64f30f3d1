package dev.prefstream.benchmarks;

import java.time.Duration;

/**
 * How long and how much is measured.
 *
 * @param warmUp load before anything counts
 * @param measure time over which a rate is taken
 * @param light records of a drained topic for arms without a model
 * @param device device time to fill with rows for arms with a model
 */
record Scale(Duration warmUp, Duration measure, int light, Duration device) {

  static Scale full() {
    return new Scale(
        Duration.ofSeconds(10), Duration.ofSeconds(20), 200_000, Duration.ofSeconds(15));
  }

  /** Enough to see that everything runs; its figures mean nothing. */
  static Scale quick() {
    return new Scale(Duration.ofSeconds(2), Duration.ofSeconds(2), 5_000, Duration.ofSeconds(1));
  }
}
