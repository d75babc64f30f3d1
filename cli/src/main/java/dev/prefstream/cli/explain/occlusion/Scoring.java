package dev.prefstream.cli.explain.occlusion;

import java.util.List;
import java.util.Map;

/** Scores texts and decides by the scores. */
public interface Scoring {

  /**
   * What comes of a text.
   *
   * @param logit raw output of the model
   * @param score calibrated, in [0, 1]
   * @param margin what is compared with the threshold, less the threshold
   * @param above which side of the threshold it is on
   */
  record Outcome(double logit, double score, double margin, boolean above) {}

  /** One outcome for each text, given by its fields, in their order. */
  List<Outcome> score(List<Map<String, String>> texts);
}
