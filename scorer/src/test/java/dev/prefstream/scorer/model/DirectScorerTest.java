package dev.prefstream.scorer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import dev.prefstream.scorer.onnx.TinyBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectScorerTest {

  private static final List<ScoringText> TEXTS =
      List.of(
          ScoringText.of("w1 w3"),
          ScoringText.of("nan"),
          ScoringText.of("w2"),
          ScoringText.of("inf"));

  @TempDir Path folder;

  @Test
  void leavesOutTextsOfWhichTheModelMakesNoNumberAndNoOthers() {
    try (ScoringModel model = open();
        DirectScorer scorer = new DirectScorer(model, 64)) {
      List<Optional<Judgement>> judgements = scorer.judgeEach(TEXTS);

      assertThat(judgements)
          .extracting(Optional::isPresent)
          .containsExactly(true, false, true, false);
      assertThat(judgements.get(0).orElseThrow().logit()).isEqualTo(1);
    }
  }

  @Test
  void saysWhichTextHasNoNumberWhereEveryTextMustHaveOne() {
    try (ScoringModel model = open();
        DirectScorer scorer = new DirectScorer(model, 64)) {
      assertThatThrownBy(() -> scorer.judge(TEXTS))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("text 2 of 4");
    }
  }

  private ScoringModel open() {
    return OnnxScoringModel.open(
        ModelBundle.load(TinyBundle.urgency().write(folder)), Execution.cpu());
  }
}
