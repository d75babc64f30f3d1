package dev.prefstream.benchmarks;

import java.time.Duration;

/**
 * How long and how much is measured.
 *
 * @param warmUp load before anything counts
 * @param measure time over which a rate is taken
 * @param light records of a drained topic for arms without a model
 * @param device device time to fill with rows for arms with a model
 * @param step device time for each value of a sweep, or time for each load of a curve
 */
record Scale(Duration warmUp, Duration measure, int light, Duration device, Duration step) {

  /** What three rounds on two idle cores take some 75 minutes for. */
  static Scale full() {
    return new Scale(
        Duration.ofSeconds(30),
        Duration.ofSeconds(15),
        600_000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(8));
  }

  /** Enough to see that everything runs; its figures mean nothing. */
  static Scale quick() {
    return new Scale(
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        5_000,
        Duration.ofSeconds(1),
        Duration.ofMillis(500));
  }
}
