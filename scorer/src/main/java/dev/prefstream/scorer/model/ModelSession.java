package dev.prefstream.scorer.model;

import java.util.List;

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

  @Override
  void close();
}
