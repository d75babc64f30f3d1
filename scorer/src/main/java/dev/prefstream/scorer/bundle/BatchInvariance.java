package dev.prefstream.scorer.bundle;

import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares golden cases alone with the same cases in batches: beside each other, and beside longer
 * and shorter texts made of them. A network that takes a scale from the whole batch, as dynamic
 * quantisation does, gives itself away.
 */
final class BatchInvariance {

  /** Most that a score may move (the design's guarantee). */
  private static final double MOST = 1e-3;

  /** Cases looked at, spread over all: enough to see a dependence, few enough for a large model. */
  private static final int CASES = 16;

  /** Cases that get a batch of their own. */
  private static final int OWN_BATCHES = 4;

  private final ModelBundle bundle;
  private final ScoringModel model;
  private final ModelSession session;

  BatchInvariance(ModelBundle bundle, ScoringModel model, ModelSession session) {
    this.bundle = bundle;
    this.model = model;
    this.session = session;
  }

  /**
   * @param texts of the cases
   * @param alone logits of the cases
   * @throws BundleException when a score moves too far
   */
  void check(List<GoldenCase> cases, List<EncodedText> texts, double[] alone) {
    List<Integer> chosen = spread(cases.size());
    compare(chosen, chosen.stream().map(texts::get).toList(), alone);
    for (int number : chosen.subList(0, Math.min(OWN_BATCHES, chosen.size()))) {
      List<EncodedText> batch = new ArrayList<>(List.of(texts.get(number)));
      for (ScoringText other : others(cases.get(number).source())) {
        accepted(other).ifPresent(batch::add);
      }
      compare(List.of(number), batch, alone);
    }
  }

  private static List<Integer> spread(int size) {
    int count = Math.min(CASES, size);
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add((int) ((long) i * size / count));
    }
    return chosen;
  }

  private static List<ScoringText> others(ScoringText text) {
    String words = text.text();
    int middle = words.offsetByCodePoints(0, words.codePointCount(0, words.length()) / 2);
    return List.of(
        new ScoringText(words + " " + words, text.pair()),
        new ScoringText(words.substring(0, middle), text.pair()),
        new ScoringText("word", text.pair() == null ? null : "word"));
  }

  /** The text, unless the model takes none like it: too long for a server that tokenises. */
  private Optional<EncodedText> accepted(ScoringText text) {
    EncodedText encoded = model.encode(text);
    try {
      session.logits(List.of(encoded), model.paddedLength(encoded.cost()));
      return Optional.of(encoded);
    } catch (ModelException e) {
      if (e.kind() == ModelException.Kind.REFUSED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Runs the batch, whose first rows are the cases with these numbers. */
  private void compare(List<Integer> numbers, List<EncodedText> batch, double[] alone) {
    if (batch.size() < 2) {
      return;
    }
    int longest = batch.stream().mapToInt(EncodedText::cost).max().orElseThrow();
    double[] together = session.logits(batch, model.paddedLength(longest));
    for (int i = 0; i < numbers.size(); i++) {
      int number = numbers.get(i);
      double score = model.calibration().score(alone[number]);
      double inBatch = model.calibration().score(together[i]);
      if (!(Math.abs(score - inBatch) <= MOST)) {
        throw new BundleException(
            bundle.folder(),
            "golden case %d scores %.6f alone and %.6f beside %d other texts, expected at most %s apart: the network takes something from the whole batch, as dynamic quantisation does. Export it with quantised weights only, or set \"batch_invariant\": false under model in bundle.json, and it is run one row at a time"
                .formatted(number, score, inBatch, batch.size() - 1, Double.toString(MOST)));
      }
    }
  }
}
