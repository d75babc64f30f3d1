package dev.prefstream.scorer.model;

import java.util.List;

/** Another model that is not asked for the embeddings it could give. */
public final class WithoutEmbeddings extends DelegatingModel {

  /**
   * @param model closed with this
   */
  public WithoutEmbeddings(ScoringModel model) {
    super(model);
  }

  @Override
  public ModelSession openSession() {
    ModelSession session = super.openSession();
    return new ModelSession() {
      @Override
      public double[] logits(List<EncodedText> batch, int paddedLength) {
        return session.logits(batch, paddedLength);
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }
}
