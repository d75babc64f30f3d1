package dev.prefstream.decision;

import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.StyleRanges;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import dev.prefstream.streamsapp.StageDriver;
import org.jspecify.annotations.Nullable;

/** Scores and settings as test cases need them. */
final class Scores {

  private Scores() {}

  static Score ticket(String id, double score) {
    return ticket(id, "default", score);
  }

  static Score ticket(String id, String tenant, double score) {
    return score(id, tenant, score).setRequestId(id).setKind(ScoreKind.TICKET).build();
  }

  /** A response whose style changes its score by nothing. */
  static Score response(String ticketId, String responseId, double score) {
    return response(ticketId, responseId, score, "text of " + responseId);
  }

  static Score response(String ticketId, String responseId, double score, String text) {
    return score(ticketId, "default", score)
        .setRequestId(ticketId + "/" + responseId + "@" + Integer.toHexString(text.hashCode()))
        .setKind(ScoreKind.RESPONSE)
        .setResponseId(responseId)
        .setResponseText(text)
        .build();
  }

  /** As if these settings had been in force when the ticket came; their version is their hash. */
  static Score judgedBy(PreferenceSettings settings, Score score) {
    score.setSettings(new SettingsInForce(settings, Integer.toString(settings.hashCode())));
    return score;
  }

  static PreferenceSettings settings(
      String tenant, double strictness, @Nullable StyleRanges styles) {
    return PreferenceSettings.newBuilder()
        .setTenantId(tenant)
        .setStrictnessLevel(strictness)
        .setAllowedStyleRanges(styles)
        .setUpdatedAt(StageDriver.START)
        .build();
  }

  private static Score.Builder score(String ticketId, String tenant, double score) {
    return Score.newBuilder()
        .setTicketId(ticketId)
        .setContext(
            TicketContext.newBuilder().setTenantId(tenant).setCreatedAt(StageDriver.START).build())
        .setStyle(new TextStyle(500, false, 0.5, 0.5, false))
        .setScore(score)
        .setLogit(Math.log(score / (1 - score)))
        .setConfidence(Math.max(score, 1 - score))
        .setModel(new ModelRef("model", "1.0.0", "0".repeat(64)))
        .setTokens(10)
        .setOriginalTokens(10)
        .setTruncated(false)
        .setTimings(new ScoreTimings(1L, 1L, 1L))
        .setRequestedAt(StageDriver.START)
        .setScoredAt(StageDriver.START);
  }
}
