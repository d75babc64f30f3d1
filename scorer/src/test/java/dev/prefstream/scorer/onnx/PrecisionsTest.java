package dev.prefstream.scorer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.RowByRowModel;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringModelContract;
import dev.prefstream.scorer.model.ScoringText;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of fp16 and int8, and the one kind that lets a row depend on its batch. */
class PrecisionsTest {

  @TempDir Path folder;

  private ScoringModel open(TinyBundle bundle) {
    return OnnxScoringModel.open(ModelBundle.load(bundle.write(folder)), Execution.cpu());
  }

  @Nested
  class HalfPrecision extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return PrecisionsTest.this.open(TinyBundle.urgency().halfPrecision());
    }
  }

  @Nested
  class Int8Weights extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return PrecisionsTest.this.open(TinyBundle.urgency().int8Weights());
    }
  }

  @Nested
  class Int8Blocks extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return PrecisionsTest.this.open(TinyBundle.urgency().int8Blocks());
    }
  }

  /** The same promise as of every other model, kept by giving up batches. */
  @Nested
  class DynamicallyQuantisedRowByRow extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return new RowByRowModel(
          PrecisionsTest.this.open(
              TinyBundle.urgency().dynamicallyQuantised().notBatchInvariant()));
    }
  }

  @Test
  void dynamicQuantisationMakesARowDependOnItsBatch() {
    try (ScoringModel model =
            open(TinyBundle.urgency().dynamicallyQuantised().notBatchInvariant());
        ModelSession session = model.openSession()) {
      EncodedText row = model.encode(ScoringText.of("w1 w3"));
      EncodedText neighbour = model.encode(ScoringText.of("w9 w9"));

      double alone = model.calibration().score(session.logits(List.of(row), 4)[0]);
      double beside = model.calibration().score(session.logits(List.of(row, neighbour), 4)[0]);

      assertThat(Math.abs(alone - beside)).isGreaterThan(1e-3);
    }
  }

  @Test
  void refusesABundleWhoseRowsDependOnTheirBatch() {
    assertThatThrownBy(() -> open(TinyBundle.urgency().dynamicallyQuantised()).close())
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("golden case 0 scores 0.731")
        .hasMessageContaining("beside 1 other texts, expected at most 0.001 apart")
        .hasMessageContaining("\"batch_invariant\": false");
  }
}
