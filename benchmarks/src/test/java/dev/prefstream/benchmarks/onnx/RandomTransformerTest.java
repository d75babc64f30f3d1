package dev.prefstream.benchmarks.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomTransformerTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesABundleThatOpensAndTellsTextsApart(boolean half) throws Exception {
    ModelBundle shipped = ModelBundle.load(Path.of("..", "models", "ticket-urgency"));
    // Sets ONNX Runtime up.
    OnnxScoringModel.open(shipped, Execution.cpu()).close();

    ModelBundle bundle = new RandomTransformer(2, 64, 2, 64, half).write(folder, shipped);

    try (OnnxScoringModel model = OnnxScoringModel.open(bundle, Execution.cpu());
        ModelSession session = model.openSession()) {
      List<EncodedText> texts =
          List.of(
              model.encode(ScoringText.of("Production is down")),
              model.encode(ScoringText.of("How do I change my picture?")));
      double[] logits = session.logits(texts, 64);
      assertThat(Arrays.stream(logits).allMatch(Double::isFinite)).isTrue();
      assertThat(logits[0]).isNotEqualTo(logits[1]);
    }
  }
}
