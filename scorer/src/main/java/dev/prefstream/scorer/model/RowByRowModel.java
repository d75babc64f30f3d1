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
        return batch.stream()
            .mapToDouble(row -> session.logits(List.of(row), ownLength(row))[0])
            .toArray();
      }

      @Override
      public Answer answer(List<EncodedText> batch, int paddedLength) {
        double[] logits = new double[batch.size()];
        float[][] embeddings = new float[batch.size()][];
        for (int i = 0; i < logits.length; i++) {
          EncodedText row = batch.get(i);
          Answer alone = session.answer(List.of(row), ownLength(row));
          if (alone.embeddings() == null) {
            return new Answer(logits(batch, paddedLength), null);
          }
          logits[i] = alone.logits()[0];
          embeddings[i] = alone.embeddings()[0];
        }
        return new Answer(logits, embeddings);
      }

      /** Padding counts in such models too, so that the batch's must not be taken. */
      private int ownLength(EncodedText row) {
        return paddedLength(row.cost());
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }
}
