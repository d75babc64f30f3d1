package dev.prefstream.scorer.model;

import dev.prefstream.schemas.avro.ScoringRequest;

/** Another model in all but what a subclass changes. Closes it with itself. */
public abstract class DelegatingModel implements ScoringModel {

  private final ScoringModel model;

  protected DelegatingModel(ScoringModel model) {
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
    return model.openSession();
  }

  @Override
  public void close() {
    model.close();
  }
}
