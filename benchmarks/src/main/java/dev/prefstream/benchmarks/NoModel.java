package dev.prefstream.benchmarks;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.model.Task;
import java.util.List;

/** Neither tokenises nor computes: what is left is the stage itself. */
final class NoModel implements ScoringModel {

  private static final EncodedText SAME = EncodedText.ofIds(new long[] {2, 3}, null, 2);

  @Override
  public ModelIdentity identity() {
    return new ModelIdentity("no-op", "1.0.0", "0".repeat(64), Task.TICKET_URGENCY);
  }

  @Override
  public Calibration calibration() {
    return Calibration.NONE;
  }

  @Override
  public ScoringText text(ScoringRequest request) {
    return ScoringText.of(request.getSubject());
  }

  @Override
  public EncodedText encode(ScoringText text) {
    return SAME;
  }

  @Override
  public int paddedLength(int cost) {
    return cost;
  }

  @Override
  public int maxCost() {
    return SAME.cost();
  }

  @Override
  public ModelSession openSession() {
    return new ModelSession() {
      @Override
      public double[] logits(List<EncodedText> batch, int paddedLength) {
        return new double[batch.size()];
      }

      @Override
      public void close() {
        // Holds nothing.
      }
    };
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
