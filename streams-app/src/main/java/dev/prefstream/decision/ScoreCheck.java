package dev.prefstream.decision;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import org.jspecify.annotations.Nullable;

/** Refuses what no decision can rest on, before any state changes. */
final class ScoreCheck {

  private ScoreCheck() {}

  /** The score, when it can be used. */
  static Score valid(@Nullable String key, @Nullable Score score) {
    if (score == null) {
      throw invalid("the record has no value, expected a score: publish it whole");
    }
    if (score.getTicketId().isBlank()) {
      throw new PoisonException(
          PoisonReason.MISSING_ID, "ticket_id is blank, expected the id on the scoring request");
    }
    if (!score.getTicketId().equals(key)) {
      throw invalid(
          "the record's key %s, expected the ticket_id: publish scores with their ticket_id as key"
              .formatted(key == null ? "is missing" : "differs from ticket_id"));
    }
    number("score", score.getScore());
    number("confidence", score.getConfidence());
    if (score.getKind() == ScoreKind.RESPONSE
        && (score.getResponseId() == null || score.getResponseText() == null)) {
      throw invalid(
          "the score of a response lacks its response_id or response_text, expected both as on the scoring request");
    }
    return score;
  }

  private static void number(String field, double value) {
    if (!Double.isFinite(value)) {
      throw new PoisonException(
          PoisonReason.NOT_A_NUMBER,
          "%s is %s, expected a number from 0 to 1: check the model that gave it"
              .formatted(field, value));
    }
    if (value < 0 || value > 1) {
      throw invalid(
          "%s is %s, expected a number from 0 to 1: check the calibration of the model that gave it"
              .formatted(field, value));
    }
  }

  private static PoisonException invalid(String message) {
    return new PoisonException(PoisonReason.INVALID_FIELD, message);
  }
}
