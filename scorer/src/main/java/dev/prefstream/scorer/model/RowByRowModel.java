package dev.prefstream.scorer.model;

import dev.prefstream.schemas.avro.ScoringRequest;
import java.util.List;

/**
 * Runs another model one row at a time, so that a row's score cannot depend on its batch even where
 * the model would let it. As slow as batches of one.
 */
public final class RowByRowModel implements ScoringModel {

  private final ScoringModel model;

  /**
   * @param model closed with this
   */
  public RowByRowModel(ScoringModel model) {
    this.model = model;
  }

  @Override
  public ModelIdentity identity() {
    return model.identity();
  }

  @Override
  public Calibration calibration() {
    return model.calibration();
  }

  @Override
  public ScoringText text(ScoringRequest request) {
    return model.text(request);
  }

  @Override
  public EncodedText encode(ScoringText text) {
    return model.encode(text);
  }

  @Override
  public int paddedLength(int cost) {
    return model.paddedLength(cost);
  }

  @Override
  public int maxCost() {
    return model.maxCost();
  }

  @Override
  public boolean remote() {
    return model.remote();
  }

  @Override
  public ModelSession openSession() {
    ModelSession session = model.openSession();
    return new ModelSession() {
      @Override
      public double[] logits(List<EncodedText> batch, int paddedLength) {
        return batch.stream().mapToDouble(this::logit).toArray();
      }

      private double logit(EncodedText row) {
        // Padded to its own length, not the batch's: padding counts in such models too.
        return session.logits(List.of(row), model.paddedLength(row.cost()))[0];
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  @Override
  public void close() {
    model.close();
  }
}
