package dev.prefstream.scorer.model;

/**
 * A model's judgement on one text.
 *
 * @param logit raw output, finite
 * @param score calibrated, in [0, 1]
 * @param tokens what the model saw
 * @param originalTokens what the whole text has
 */
public record Judgement(
    double logit, double score, int tokens, int originalTokens, boolean truncated) {

  static Judgement of(EncodedText text, double logit, Calibration calibration) {
    return new Judgement(
        logit,
        calibration.score(logit),
        text.ids().length,
        text.originalTokens(),
        text.truncated());
  }

  /** Calibrated probability of the likelier side, in [0.5, 1]. */
  public double confidence() {
    return Math.max(score, 1 - score);
  }
}
