package dev.prefstream.scorer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way to the device. One thread owns it. */
public interface ModelSession extends AutoCloseable {

  /**
   * Raw outputs, one for each text in their order. Blocks until the device has answered. A value
   * may be NaN or infinite; judging that is the caller's part.
   *
   * @param batch 1 text or more
   * @param paddedLength what {@link ScoringModel#paddedLength} says of the longest
   * @throws ModelException when the device gives no answer
   */
  double[] logits(List<EncodedText> batch, int paddedLength);

  /**
   * What the device answered.
   *
   * @param logits as {@link #logits} gives them
   * @param embeddings one for each text, all of one length; a number may be NaN or infinite. Null
   *     from a model that gives none
   */
  record Answer(double[] logits, float @Nullable [][] embeddings) {

    /** Whether every number that the model made of this text is finite, or it gives none. */
    public boolean hasFiniteEmbedding(int row) {
      if (embeddings != null) {
        for (float number : embeddings[row]) {
          if (!Float.isFinite(number)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** The same with what the network made of each text before it judged, where it gives that. */
  default Answer answer(List<EncodedText> batch, int paddedLength) {
    return new Answer(logits(batch, paddedLength), null);
  }

  @Override
  void close();
}
