package dev.prefstream.benchmarks;

import dev.prefstream.scorer.model.DelegatingModel;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import java.util.List;

/** A model that writes down the shape of each batch it is given, and how long it took. */
final class RecordingModel extends DelegatingModel {

  private final Shapes shapes;

  RecordingModel(ScoringModel model, Shapes shapes) {
    super(model);
    this.shapes = shapes;
  }

  @Override
  public ModelSession openSession() {
    ModelSession session = super.openSession();
    return new ModelSession() {
      @Override
      public double[] logits(List<EncodedText> batch, int paddedLength) {
        long begun = System.nanoTime();
        double[] logits = session.logits(batch, paddedLength);
        shapes.add(
            batch.size(),
            paddedLength,
            batch.stream().mapToLong(EncodedText::cost).sum(),
            System.nanoTime() - begun);
        return logits;
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }
}
