package dev.prefstream.scorer.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.ScoringRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  private final List<String> shapes = new ArrayList<>();

  @Test
  void runsAFullBatchOfEveryLengthThatTheDeviceWillSee() {
    WarmUp.run(model(64, cost -> (cost + 15) / 16 * 16), 128);

    assertThat(shapes).containsExactly("8 x 16", "4 x 32", "2 x 48", "2 x 64");
  }

  @Test
  void runsOneRowWhereALengthIsMoreThanABudget() {
    WarmUp.run(model(64, cost -> 64), 32);

    assertThat(shapes).containsExactly("1 x 64");
  }

  @Test
  void doesNotRunThroughLengthsWhereEachIsItsOwn() {
    WarmUp.run(model(512, cost -> cost), 128);

    assertThat(shapes).containsExactly("1 x 2");
  }

  /** A model that notes the shapes it is given. */
  private ScoringModel model(int maxCost, IntUnaryOperator paddedLength) {
    FakeModel fake = FakeModel.of(Task.TICKET_URGENCY);
    return new ScoringModel() {
      @Override
      public ModelIdentity identity() {
        return fake.identity();
      }

      @Override
      public Calibration calibration() {
        return fake.calibration();
      }

      @Override
      public ScoringText text(ScoringRequest request) {
        return fake.text(request);
      }

      @Override
      public EncodedText encode(ScoringText text) {
        return EncodedText.ofIds(new long[] {1, 2}, null, 2);
      }

      @Override
      public int paddedLength(int cost) {
        return paddedLength.applyAsInt(cost);
      }

      @Override
      public int maxCost() {
        return maxCost;
      }

      @Override
      public ModelSession openSession() {
        return new ModelSession() {
          @Override
          public double[] logits(List<EncodedText> batch, int padded) {
            shapes.add(batch.size() + " x " + padded);
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
    };
  }
}
