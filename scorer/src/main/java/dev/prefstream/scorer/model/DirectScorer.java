package dev.prefstream.scorer.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
    List<Optional<Judgement>> judgements = judgeEach(texts);
    for (int i = 0; i < judgements.size(); i++) {
      if (judgements.get(i).isEmpty()) {
        throw new ModelException(
            ModelException.Kind.REFUSED,
            "text %d of %d: the model gave a number that is not finite"
                .formatted(i + 1, texts.size()));
      }
    }
    return judgements.stream().flatMap(Optional::stream).toList();
  }

  /**
   * One judgement for each text, in their order; empty where the model's number for the text alone
   * is not finite.
   *
   * @throws ModelException when the model gives no answer
   */
  public List<Optional<Judgement>> judgeEach(List<ScoringText> texts) {
    List<EncodedText> encoded = texts.stream().map(model::encode).toList();
    List<Integer> byLength = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      byLength.add(i);
    }
    byLength.sort(Comparator.comparingInt((Integer i) -> encoded.get(i).cost()).reversed());
    List<Optional<Judgement>> judgements =
        new ArrayList<>(Collections.nCopies(encoded.size(), Optional.empty()));
    for (int from = 0; from < byLength.size(); ) {
      int padded = model.paddedLength(encoded.get(byLength.get(from)).cost());
      int to = Math.min(byLength.size(), from + Math.max(1, tokenBudget / padded));
      judge(encoded, byLength.subList(from, to), judgements);
      from = to;
    }
    return judgements;
  }

  /**
   * Judges one batch. A text whose number is not finite is tried alone, as in the stream: another
   * one of the batch may be the cause.
   *
   * @param rows places of its texts, the longest first
   */
  private void judge(
      List<EncodedText> all, List<Integer> rows, List<Optional<Judgement>> judgements) {
    int padded = model.paddedLength(all.get(rows.get(0)).cost());
    double[] logits = session.logits(rows.stream().map(all::get).toList(), padded);
    for (int i = 0; i < logits.length; i++) {
      int row = rows.get(i);
      if (Double.isFinite(logits[i])) {
        judgements.set(
            row, Optional.of(Judgement.of(all.get(row), logits[i], model.calibration())));
      } else if (rows.size() > 1) {
        judge(all, List.of(row), judgements);
      }
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
