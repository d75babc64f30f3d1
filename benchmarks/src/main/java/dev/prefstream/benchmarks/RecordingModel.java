package dev.prefstream.benchmarks;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import java.util.List;

/** A model that writes down the shape of each batch it is given, and how long it took. */
final class RecordingModel implements ScoringModel {

  private final ScoringModel model;
  private final Shapes shapes;

  RecordingModel(ScoringModel model, Shapes shapes) {
    this.model = model;
    this.shapes = shapes;
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
  public ModelSession openSession() {
    ModelSession session = model.openSession();
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

  @Override
  public void close() {
    model.close();
  }
}
