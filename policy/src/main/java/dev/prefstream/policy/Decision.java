package dev.prefstream.policy;

import java.util.List;

/**
 * Where a ticket goes and why.
 *
 * @param threshold strictness level compared with
 * @param margin adjusted score less threshold; urgent when positive
 * @param confidence calibrated probability of the likelier side
 * @param adjustments corrections between score and margin, in the order applied
 * @param reasons at least one
 */
public record Decision(
    Way way,
    double threshold,
    double margin,
    double confidence,
    List<Adjusted.Step> adjustments,
    List<Why> reasons) {

  /** Where a ticket can go. */
  public enum Way {
    URGENT,
    STANDARD
  }

  /** Reasons of a decision. */
  public enum Why {
    SCORE_ABOVE_STRICTNESS,
    SCORE_WITHIN_STRICTNESS,
    NO_RESPONSE_REACHED_FLOOR,
    RESPONSE_HELD_BACK
  }
}
