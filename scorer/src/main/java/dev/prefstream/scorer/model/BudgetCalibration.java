package dev.prefstream.scorer.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Finds the token budget for a processor, where batches bring cache misses rather than speed: the
 * smallest whose rate is within a twentieth of the best. Takes about half a second of one thread.
 */
public final class BudgetCalibration {

  private static final int[] BUDGETS = {256, 512, 1_024, 2_048, 4_096};
  private static final int ROUNDS = 3;
  private static final long NANOS_EACH = 30_000_000;
  private static final double NEARLY = 0.95;

  private BudgetCalibration() {}

  /** Most padded tokens in a batch, measured with rows of the length of a usual ticket. */
  public static int measure(ScoringModel model) {
    EncodedText text = model.encode(new ScoringText("word ".repeat(100), "word ".repeat(20)));
    double[] best = new double[BUDGETS.length];
    try (ModelSession session = model.openSession()) {
      session.logits(List.of(text), model.paddedLength(text.cost()));
      // Rounds over all budgets: what else the machine does hits none of them alone.
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BUDGETS.length; i++) {
          best[i] = Math.max(best[i], rowsPerSecond(model, session, text, BUDGETS[i]));
        }
      }
    }
    double most = Arrays.stream(best).max().orElse(0);
    for (int i = 0; i < BUDGETS.length; i++) {
      if (best[i] >= NEARLY * most) {
        return BUDGETS[i];
      }
    }
    throw new IllegalStateException("no budget reaches the best rate");
  }

  private static double rowsPerSecond(
      ScoringModel model, ModelSession session, EncodedText text, int budget) {
    int padded = model.paddedLength(text.cost());
    List<EncodedText> batch = Collections.nCopies(Math.max(1, budget / padded), text);
    long begun = System.nanoTime();
    long rows = 0;
    long spent;
    do {
      session.logits(batch, padded);
      rows += batch.size();
      spent = System.nanoTime() - begun;
    } while (spent < NANOS_EACH);
    return rows * 1e9 / spent;
  }
}
