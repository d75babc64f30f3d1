package dev.prefstream.scorer.remote;

import dev.prefstream.scorer.model.EncodedText;
import java.util.List;

/** A network on a server, by one of the protocols. May be used by many threads at a time. */
interface ServedNetwork {

  /**
   * Raw outputs, one for each text in their order; may be NaN or infinite.
   *
   * @param paddedLength length to which rows of ids are filled up, where the protocol needs it
   */
  double[] logits(List<EncodedText> batch, int paddedLength) throws RemoteFailure;
}
