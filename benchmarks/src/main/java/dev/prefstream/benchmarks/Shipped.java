package dev.prefstream.benchmarks;

import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import java.nio.file.Path;
import java.util.List;

/** The shipped model for tickets, and texts made for its tokenizer. */
final class Shipped {

  private static final int SPECIAL_TOKENS = 2;
  private static final int TEXTS = 4_000;

  private final ModelBundle bundle;
  private final List<TicketTexts.Text> texts;

  private Shipped(ModelBundle bundle, List<TicketTexts.Text> texts) {
    this.bundle = bundle;
    this.texts = texts;
  }

  /**
   * @param home folder of the project
   */
  static Shipped load(Path home, long seed) {
    ModelBundle bundle = ModelBundle.load(home.resolve("models").resolve("ticket-urgency"));
    try (OnnxScoringModel model = OnnxScoringModel.open(bundle, Execution.cpu())) {
      TicketTexts texts =
          new TicketTexts(
              seed,
              word -> model.encode(ScoringText.of(" " + word)).originalTokens() - SPECIAL_TOKENS);
      return new Shipped(bundle, texts.texts(TEXTS));
    }
  }

  ModelBundle bundle() {
    return bundle;
  }

  List<TicketTexts.Text> texts() {
    return texts;
  }
}
