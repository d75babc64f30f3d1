package dev.prefstream.scorer.onnx;

import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringModelContract;
import dev.prefstream.scorer.model.ScoringText;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/** Opening a bundle runs its golden cases: ids and logits as the training code gave them. */
class ShippedBundlesTest {

  private static ScoringModel shipped(String name) {
    return OnnxScoringModel.open(ModelBundle.load(Path.of("..", "models", name)), Execution.cpu());
  }

  @Nested
  class TicketUrgency extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return shipped("ticket-urgency");
    }
  }

  @Nested
  class ResponsePreference extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return shipped("response-preference");
    }

    @Override
    protected ScoringText text(String words) {
      return new ScoringText("Printer\n\nIt jams.", words);
    }
  }
}
