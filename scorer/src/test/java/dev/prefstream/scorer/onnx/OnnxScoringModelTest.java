package dev.prefstream.scorer.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.DirectScorer;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.RowByRowModel;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringModelContract;
import dev.prefstream.scorer.model.ScoringText;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxScoringModelTest extends ScoringModelContract {

  @TempDir Path folder;

  @Override
  protected ScoringModel open() {
    return open(TinyBundle.urgency());
  }

  private OnnxScoringModel open(TinyBundle bundle) {
    return OnnxScoringModel.open(ModelBundle.load(bundle.write(folder)), Execution.cpu());
  }

  @Test
  void truncatesAndSaysSo() {
    try (ScoringModel model = open(TinyBundle.urgency().maxLength(6))) {
      EncodedText text = model.encode(ScoringText.of("w1 w2 w3 w4 w5 w6"));

      assertThat(text.ids()).containsExactly(2, 5, 6, 7, 10, 3);
      assertThat(text.originalTokens()).isEqualTo(8);
      assertThat(text.truncated()).isTrue();
    }
  }

  @Test
  void readsTwoClassesPairsHalfPrecisionAndText() {
    assertThat(logit(TinyBundle.urgency().twoClasses(), ScoringText.of("w1 w3"))).isEqualTo(2);
    assertThat(logit(TinyBundle.urgency().outputKind("reward"), ScoringText.of("w9 w9")))
        .isEqualTo(4.5);
    assertThat(logit(TinyBundle.preference(), new ScoringText("w1", "w3")))
        .isCloseTo(0.85, within(1e-6));
    assertThat(logit(TinyBundle.urgency().halfPrecision(), ScoringText.of("w1 w3"))).isEqualTo(1);
    assertThat(logit(TinyBundle.urgency().readingText(), ScoringText.of("hello"))).isEqualTo(1.5);
    assertThat(logit(TinyBundle.urgency().readingText(), ScoringText.of("else"))).isEqualTo(-0.5);
  }

  @Test
  void takesATextOfOneTokenAndOneOfAHundredThousand() {
    try (ScoringModel model = open(TinyBundle.urgency());
        DirectScorer scorer = new DirectScorer(model, 64)) {
      ScoringText huge = ScoringText.of("w1 " + "w5 ".repeat(99_998) + "w9");
      List<Judgement> judgements = scorer.judge(List.of(ScoringText.of("w4"), huge));

      assertThat(judgements.get(0).tokens()).isEqualTo(3);
      assertThat(judgements.get(0).logit()).isCloseTo(4.0 / 3, within(1e-6));
      assertThat(judgements.get(0).truncated()).isFalse();
      // Of 14 ids of text the first 11 and the last 3.
      assertThat(judgements.get(1).logit()).isEqualTo((1 + 12 * 5 + 9) / 16.0);
      assertThat(judgements.get(1).tokens()).isEqualTo(16);
      assertThat(judgements.get(1).originalTokens()).isEqualTo(100_002);
      assertThat(judgements.get(1).truncated()).isTrue();
    }
  }

  @Test
  void keepsTheNumberOfARowInBatchesOfChangingShapes() {
    try (ScoringModel model = open(TinyBundle.urgency());
        ModelSession session = model.openSession()) {
      EncodedText row = model.encode(ScoringText.of("w1 w3"));
      // Longer than the buffers are at first, shorter again: what was there before must not show.
      for (int rows : new int[] {1, 600, 2, 40}) {
        for (int length : new int[] {16, 4, 9}) {
          double[] logits = session.logits(java.util.Collections.nCopies(rows, row), length);
          assertThat(logits).hasSize(rows).containsOnly(1.0);
        }
      }
    }
  }

  @Test
  void survivesTextsThatAreNoText() {
    try (ScoringModel model = open(TinyBundle.urgency());
        DirectScorer scorer = new DirectScorer(model, 64)) {
      List<Judgement> judgements =
          scorer.judge(
              List.of(
                  ScoringText.of("\uD83D w1 \uDE00"),
                  ScoringText.of("\0 w1 \0"),
                  ScoringText.of("w1 ".repeat(100_000)),
                  ScoringText.of("")));

      assertThat(judgements).allSatisfy(it -> assertThat(it.score()).isBetween(0.0, 1.0));
      assertThat(judgements.get(2).originalTokens()).isEqualTo(100_002);
    }
  }

  @Test
  void givesEmbeddingsRowByRow() {
    try (ScoringModel model = open(TinyBundle.urgency().embedding("logarithm", 1));
        ModelSession session = model.openSession();
        ScoringModel alone =
            new RowByRowModel(open(TinyBundle.urgency().embedding("logarithm", 1)));
        ModelSession rowByRow = alone.openSession()) {
      List<EncodedText> batch =
          Stream.of("w1 w3", "w0", "w9 w9 w8")
              .map(text -> model.encode(ScoringText.of(text)))
              .toList();
      for (ModelSession.Answer answer :
          List.of(session.answer(batch, 5), rowByRow.answer(batch, 5))) {
        assertThat(answer.logits()).containsExactly(1, 0, 26f / 5);
        float[][] embeddings = requireNonNull(answer.embeddings());
        assertThat(embeddings).hasNumberOfRows(3);
        assertThat(embeddings[0]).containsExactly(0);
        assertThat(embeddings[1]).containsExactly(Float.NEGATIVE_INFINITY);
        assertThat(embeddings[2]).containsExactly(new float[] {1.6487f}, within(1e-4f));
        assertThat(answer.hasFiniteEmbedding(0)).isTrue();
        assertThat(answer.hasFiniteEmbedding(1)).isFalse();
      }
      assertThat(session.logits(batch, 5)).containsExactly(1, 0, 26f / 5);
    }
    try (ScoringModel model = open(TinyBundle.urgency());
        ModelSession session = model.openSession()) {
      EncodedText text = model.encode(ScoringText.of("w1 w3"));
      assertThat(session.answer(List.of(text), 4).embeddings()).isNull();
    }
  }

  @Test
  void refusesAnEmbeddingThatTheNetworkDoesNotGive() {
    assertRefused(
        TinyBundle.urgency().embedding("pooled", 1),
        "model.onnx has the outputs [logarithm, logits], expected logits and pooled");
    assertRefused(
        TinyBundle.urgency().embedding("logarithm", 2),
        "expected floats of shape [1, 2]: correct model.output.embedding in bundle.json");
    assertRefused(
        TinyBundle.urgency()
            .embedding("logarithm", 1)
            .golden("[{\"text\": \"w0\", \"ids\": [2, 4, 3], \"logit\": 0}]"),
        "golden case 0: found an embedding with NaN or infinity");
    assertRefused(
        TinyBundle.urgency().embedding("logarithm", 0),
        "model.output.embedding.size: found 0, expected 1 to 4096");
  }

  @Test
  void saysThatTheNetworkRefusesABatch() {
    try (ScoringModel model = open(TinyBundle.urgency());
        ModelSession session = model.openSession()) {
      EncodedText text = model.encode(ScoringText.of("crash"));

      assertThatThrownBy(() -> session.logits(List.of(text), 3))
          .isInstanceOfSatisfying(
              ModelException.class,
              e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.REFUSED));
    }
  }

  @Test
  void refusesABundleThatGivesOtherNumbersThanItsMakers() {
    assertRefused(
        TinyBundle.urgency()
            .golden("[{\"text\": \"w1 w3\", \"ids\": [2, 5, 7, 3], \"logit\": 1.25}]"),
        "golden case 0: found logit 1.0, expected 1.25 within 0.001");
    assertRefused(
        TinyBundle.urgency().golden("[{\"text\": \"w1 w3\", \"ids\": [2, 5, 3], \"logit\": 1}]"),
        "golden case 0: found ids [2, 5, 7, 3], expected [2, 5, 3]");
  }

  @Test
  void refusesANetworkThatIsNotWhatTheBundleSays() {
    assertRefused(
        TinyBundle.urgency().inputs("[\"input_ids\"]"),
        "model.onnx has the inputs [attention_mask, input_ids], expected [input_ids]");
    assertRefused(
        TinyBundle.urgency().outputKind("two-class"),
        "for 1 rows, expected floats of shape [1, 2]");
    assertRefused(TinyBundle.urgency().network(new byte[] {1, 2, 3}), "model.onnx");
  }

  @Test
  void saysWhatIsMissingForAGpu() {
    ModelBundle bundle = ModelBundle.load(TinyBundle.urgency().write(folder));

    assertThatThrownBy(
            () -> OnnxScoringModel.open(bundle, new Execution(Provider.CUDA, 0, 1 << 30)))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("scorer.provider = cuda, device 0")
        .hasMessageContaining("set scorer.provider=cpu");
    assertThatThrownBy(() -> OnnxScoringModel.open(bundle, new Execution(Provider.TENSORRT, 0, 0)))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("scorer.provider = tensorrt");
  }

  private void assertRefused(TinyBundle bundle, String words) {
    assertThatThrownBy(() -> open(bundle).close())
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(words);
  }

  private double logit(TinyBundle bundle, ScoringText text) {
    try (ScoringModel model = open(bundle);
        DirectScorer scorer = new DirectScorer(model, 64)) {
      return scorer.judge(List.of(text)).get(0).logit();
    }
  }
}
