package dev.prefstream.benchmarks;

import dev.prefstream.scorer.ScorerOptions;
import dev.prefstream.scorer.model.ScoringModel;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What scores the tickets of a pipeline.
 *
 * @param pipeline the arm in which every stage runs with it
 * @param urgency opens the model; null for the shipped one
 * @param ahead tickets that may wait at saturation
 * @param simulated whether a device is behind it that only waits
 */
record Scorer(
    String pipeline, @Nullable Callable<ScoringModel> urgency, int ahead, boolean simulated) {

  private static final String GPU_PACKING = "cuda";

  static Scorer shipped() {
    return new Scorer("pipeline", null, Tickets.MANY_AHEAD, false);
  }

  /** Batches are packed as for a GPU: the model is given, so the provider chooses no more. */
  Map<String, String> settings() {
    return simulated ? Map.of(ScorerOptions.PROVIDER.key(), GPU_PACKING) : Map.of();
  }
}
