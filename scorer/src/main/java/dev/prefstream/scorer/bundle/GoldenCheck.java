package dev.prefstream.scorer.bundle;

import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a bundle's golden cases: ids must match exactly, logits within the bundle's tolerance,
 * embeddings where it promises them be there and finite, and a case's score must not depend on what
 * else is in its batch.
 */
public final class GoldenCheck {

  private GoldenCheck() {}

  /**
   * Blocks for two calls of the device for each case, in the worst case.
   *
   * @throws BundleException when the model is not the one the bundle was made with
   */
  public static void run(ModelBundle bundle, ScoringModel model) {
    List<GoldenCase> cases = bundle.golden();
    List<EncodedText> texts = new ArrayList<>();
    double[] logits = new double[cases.size()];
    try (ModelSession session = model.openSession()) {
      for (int i = 0; i < logits.length; i++) {
        EncodedText text = encode(bundle, model, i, cases.get(i));
        texts.add(text);
        ModelSession.Answer answer = session.answer(List.of(text), model.paddedLength(text.cost()));
        logits[i] = answer.logits()[0];
        compare(bundle, i, logits[i], cases.get(i).logit());
        checkFinite(bundle, i, answer);
      }
      if (bundle.manifest().model().isBatchInvariant()) {
        new BatchInvariance(bundle, model, session).check(cases, texts, logits);
      }
    } catch (ModelException e) {
      throw new BundleException(
          bundle.folder(), "the model fails on its own golden cases: " + e.getMessage(), e);
    }
  }

  private static EncodedText encode(
      ModelBundle bundle, ScoringModel model, int number, GoldenCase golden) {
    EncodedText text = model.encode(golden.source());
    if (!Arrays.equals(text.ids(), golden.ids())) {
      throw new BundleException(
          bundle.folder(),
          "golden case %d: found ids %s, expected %s; the tokenizer is not the one the model was made with"
              .formatted(number, shown(text.ids()), shown(golden.ids())));
    }
    return text;
  }

  private static void compare(ModelBundle bundle, int number, double found, double expected) {
    double tolerance = bundle.manifest().golden().tolerance();
    if (!(Math.abs(found - expected) <= tolerance)) {
      throw new BundleException(
          bundle.folder(),
          "golden case %d: found logit %s, expected %s within %s; the model or its runtime is not the one the bundle was made with"
              .formatted(
                  number,
                  Double.toString(found),
                  Double.toString(expected),
                  Double.toString(tolerance)));
    }
  }

  private static void checkFinite(ModelBundle bundle, int number, ModelSession.Answer answer) {
    if (!answer.hasFiniteEmbedding(0)) {
      throw new BundleException(
          bundle.folder(),
          "golden case %d: found an embedding with NaN or infinity, expected finite numbers; leave model.output.embedding out or export the model again"
              .formatted(number));
    }
  }

  private static String shown(long[] ids) {
    int most = 24;
    return ids.length <= most
        ? Arrays.toString(ids)
        : Arrays.toString(Arrays.copyOf(ids, most)) + " and " + (ids.length - most) + " more";
  }
}
