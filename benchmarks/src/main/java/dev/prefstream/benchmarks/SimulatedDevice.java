package dev.prefstream.benchmarks;

import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.simulated.SimulatedModel;
import java.time.Duration;

/**
 * A device that only waits: a launch cost and a cost for each padded token, such as a card shows
 * that computes 125,000 tokens a second. Says what the stages around such a device do, and nothing
 * about any real card.
 */
final class SimulatedDevice {

  private static final Duration LAUNCH = Duration.ofMillis(2);
  private static final Duration PER_THOUSAND_TOKENS = Duration.ofMillis(8);
  private static final int LONGEST = 512;

  /** Its limit on rows of the mean length, padding and launches apart. */
  static final double ROWS_PER_SECOND = 125_000 / 166.0;

  private SimulatedDevice() {}

  static ScoringModel model() {
    return new SimulatedModel(Task.TICKET_URGENCY, LAUNCH, PER_THOUSAND_TOKENS, LONGEST);
  }
}
