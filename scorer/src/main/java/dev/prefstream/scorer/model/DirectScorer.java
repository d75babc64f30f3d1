package dev.prefstream.scorer.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Scores lists of texts on the caller's thread, without Kafka: for evaluation, explanation and
 * benchmarks. Sorts by length and splits into batches by padded tokens. One thread may use it.
 */
public final class DirectScorer implements AutoCloseable {

  private final ScoringModel model;
  private final ModelSession session;
  private final int tokenBudget;

  /**
   * @param model stays the caller's to close, after this
   * @param tokenBudget most padded tokens in a batch, at least 1; a single row may have more
   */
  public DirectScorer(ScoringModel model, int tokenBudget) {
    this.model = model;
    this.session = model.openSession();
    this.tokenBudget = tokenBudget;
  }

  /**
   * One judgement for each text, in their order.
   *
   * @throws ModelException when the model gives no answer, or one that is not finite
   */
  public List<Judgement> judge(List<ScoringText> texts) {
    List<EncodedText> encoded = texts.stream().map(model::encode).toList();
    List<Integer> byLength = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      byLength.add(i);
    }
    byLength.sort(Comparator.comparingInt((Integer i) -> encoded.get(i).cost()).reversed());
    Judgement[] judgements = new Judgement[encoded.size()];
    for (int from = 0; from < byLength.size(); ) {
      int padded = model.paddedLength(encoded.get(byLength.get(from)).cost());
      int to = Math.min(byLength.size(), from + Math.max(1, tokenBudget / padded));
      judge(encoded, byLength.subList(from, to), padded, judgements);
      from = to;
    }
    return Arrays.asList(judgements);
  }

  private void judge(
      List<EncodedText> all, List<Integer> rows, int padded, Judgement[] judgements) {
    double[] logits = session.logits(rows.stream().map(all::get).toList(), padded);
    for (int i = 0; i < logits.length; i++) {
      if (!Double.isFinite(logits[i])) {
        throw new ModelException(
            ModelException.Kind.REFUSED,
            "text %d: found logit %s, expected a finite number"
                .formatted(rows.get(i), Double.toString(logits[i])));
      }
      judgements[rows.get(i)] = Judgement.of(all.get(rows.get(i)), logits[i], model.calibration());
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
