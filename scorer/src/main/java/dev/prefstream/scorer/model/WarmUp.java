package dev.prefstream.scorer.model;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a model over the shapes it will see, before it serves, so that no record pays for what the
 * device prepares once for each.
 */
public final class WarmUp {

  /** A device that takes every length as it is has nothing to prepare for each. */
  private static final int MOST_LENGTHS = 128;

  private static final int MOST_COST = 1 << 17;

  private WarmUp() {}

  /**
   * Blocks until done: milliseconds on a CPU, seconds on a GPU.
   *
   * @param tokenBudget padded tokens of a full batch
   */
  public static void run(ScoringModel model, int tokenBudget) {
    EncodedText text = model.encode(new ScoringText("word", "word"));
    int[] lengths =
        IntStream.rangeClosed(text.cost(), Math.min(MOST_COST, model.maxCost()))
            .map(model::paddedLength)
            .distinct()
            .toArray();
    try (ModelSession session = model.openSession()) {
      if (lengths.length > MOST_LENGTHS) {
        session.logits(List.of(text), model.paddedLength(text.cost()));
        return;
      }
      for (int length : lengths) {
        session.logits(Collections.nCopies(Math.max(1, tokenBudget / length), text), length);
      }
    }
  }
}
