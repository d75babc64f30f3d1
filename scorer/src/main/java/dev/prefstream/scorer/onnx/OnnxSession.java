package dev.prefstream.scorer.onnx;

import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelSession;
import java.util.List;

/** One call of the network, whichever of its outputs are wanted. */
abstract class OnnxSession implements ModelSession {

  abstract Answer run(List<EncodedText> batch, int paddedLength, boolean withEmbeddings);

  @Override
  public final double[] logits(List<EncodedText> batch, int paddedLength) {
    return run(batch, paddedLength, false).logits();
  }

  @Override
  public final Answer answer(List<EncodedText> batch, int paddedLength) {
    return run(batch, paddedLength, true);
  }
}
