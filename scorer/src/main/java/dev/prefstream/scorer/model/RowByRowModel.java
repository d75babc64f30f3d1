package dev.prefstream.scorer.model;

import java.util.List;

/**
 * Runs another model one row at a time, so that a row's score cannot depend on its batch even where
 * the model would let it. As slow as batches of one.
 */
public final class RowByRowModel extends DelegatingModel {

  /**
   * @param model closed with this
   */
  public RowByRowModel(ScoringModel model) {
    super(model);
  }

  @Override
  public ModelSession openSession() {
    ModelSession session = super.openSession();
    return new ModelSession() {
      @Override
      public double[] logits(List<EncodedText> batch, int paddedLength) {
        return batch.stream().mapToDouble(this::logit).toArray();
      }

      private double logit(EncodedText row) {
        // Padded to its own length, not the batch's: padding counts in such models too.
        return session.logits(List.of(row), paddedLength(row.cost()))[0];
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }
}
