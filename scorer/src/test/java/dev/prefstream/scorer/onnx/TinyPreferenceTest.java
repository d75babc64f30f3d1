package dev.prefstream.scorer.onnx;

import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringModelContract;
import dev.prefstream.scorer.model.ScoringText;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class TinyPreferenceTest extends ScoringModelContract {

  @TempDir Path folder;

  @Override
  protected ScoringModel open() {
    return OnnxScoringModel.open(
        ModelBundle.load(TinyBundle.preference().write(folder)), Execution.cpu());
  }

  @Override
  protected ScoringText text(String words) {
    return new ScoringText("w1 w2", words);
  }
}
