package dev.prefstream.scorer.onnx;

import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.GoldenCase;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import java.util.Arrays;
import java.util.List;

/** Runs a bundle's golden cases: ids must match exactly, logits within the bundle's tolerance. */
final class GoldenCheck {

  private GoldenCheck() {}

  static void run(ModelBundle bundle, ScoringModel model) {
    List<GoldenCase> cases = bundle.golden();
    double tolerance = bundle.manifest().golden().tolerance();
    try (ModelSession session = model.openSession()) {
      for (int i = 0; i < cases.size(); i++) {
        GoldenCase golden = cases.get(i);
        EncodedText text = model.encode(golden.source());
        if (!Arrays.equals(text.ids(), golden.ids())) {
          throw new BundleException(
              bundle.folder(),
              "golden case %d: found ids %s, expected %s; the tokenizer is not the one the model was made with"
                  .formatted(i, shown(text.ids()), shown(golden.ids())));
        }
        double logit = session.logits(List.of(text), model.paddedLength(text.cost()))[0];
        if (!(Math.abs(logit - golden.logit()) <= tolerance)) {
          throw new BundleException(
              bundle.folder(),
              "golden case %d: found logit %s, expected %s within %s; the model or its runtime is not the one the bundle was made with"
                  .formatted(
                      i,
                      Double.toString(logit),
                      Double.toString(golden.logit()),
                      Double.toString(tolerance)));
        }
      }
    } catch (ModelException e) {
      throw new BundleException(
          bundle.folder(), "the model fails on its own golden cases: " + e.getMessage(), e);
    }
  }

  private static String shown(long[] ids) {
    int most = 24;
    return ids.length <= most
        ? Arrays.toString(ids)
        : Arrays.toString(Arrays.copyOf(ids, most)) + " and " + (ids.length - most) + " more";
  }
}
