package dev.prefstream.scorer.remote;

import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.remote.RemoteFailure.Blame;
import java.util.List;

/**
 * A golden case that is asked while the model serves. It tells whether the server is well when a
 * batch fails, and whether it still has the model of the bundle: nothing else would show that a
 * server came back with another one.
 *
 * @param logit what must come out, within the tolerance
 */
record Canary(
    ServedNetwork network, EncodedText text, int paddedLength, double logit, double tolerance) {

  /** Returns when the server gave the right answer. */
  void ask() throws RemoteFailure {
    double found = network.logits(List.of(text), paddedLength)[0];
    if (!(Math.abs(found - logit) <= tolerance)) {
      throw new RemoteFailure(
          Blame.SERVER,
          "a golden case gives the logit %s now, expected %s within %s: the server has another model than the bundle was made for; give it that one back, or release a bundle for the new one"
              .formatted(
                  Double.toString(found), Double.toString(logit), Double.toString(tolerance)));
    }
  }
}
