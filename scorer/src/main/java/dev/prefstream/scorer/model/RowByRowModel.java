package dev.prefstream.scorer.model;

import java.util.ArrayList;
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
        List<float[]> embeddings = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
          EncodedText row = batch.get(i);
          Answer alone = session.answer(List.of(row), ownLength(row));
          logits[i] = alone.logits()[0];
          if (alone.embeddings() != null) {
            embeddings.add(alone.embeddings()[0]);
          }
        }
        return new Answer(logits, embeddings.isEmpty() ? null : embeddings.toArray(new float[0][]));
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
