package dev.prefstream.scorer.model;

import dev.prefstream.schemas.avro.ScoringRequest;

/**
 * A model that judges texts. Everything but {@link ModelSession} may be used by many threads at a
 * time.
 *
 * <p>The contract, which {@code ScoringModelContract} tests: equal texts give equal ids; a text's
 * logit does not depend on what else is in the batch by more than 1e-3; a session takes batches of
 * any shape, one after the other.
 */
public interface ScoringModel extends AutoCloseable {

  ModelIdentity identity();

  Calibration calibration();

  /** What the model is to read of a request, by the bundle's template. */
  ScoringText text(ScoringRequest request);

  /** Turns text into ids, cut to what the model takes. */
  EncodedText encode(ScoringText text);

  /**
   * The length to which a batch is padded whose longest row has this cost. At least {@code cost};
   * few different values where the device must prepare itself for each.
   */
  int paddedLength(int cost);

  /** Most tokens a row can cost. */
  int maxCost();

  /** Whether sessions wait for another machine rather than work on this one's cores. */
  default boolean remote() {
    return false;
  }

  /** A way to the device for one thread. The caller closes it. */
  ModelSession openSession();

  /** Frees what the model holds. Its sessions may only be closed afterwards, not used. */
  @Override
  void close();
}
