package dev.prefstream.scorer;

import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import java.time.Instant;

/** Scoring requests for tests. */
public final class Requests {

  private static final Instant WHEN = Instant.ofEpochMilli(1_700_000_000_000L);

  private Requests() {}

  public static ScoringRequest ticket(String id, String subject, String body) {
    return base(id, id, ScoreKind.TICKET, subject, body).build();
  }

  public static ScoringRequest response(String ticketId, String responseId, String text) {
    return base(ticketId + "/" + responseId, ticketId, ScoreKind.RESPONSE, "Printer", "It jams.")
        .setResponseId(responseId)
        .setResponseText(text)
        .build();
  }

  private static ScoringRequest.Builder base(
      String requestId, String ticketId, ScoreKind kind, String subject, String body) {
    return ScoringRequest.newBuilder()
        .setRequestId(requestId)
        .setKind(kind)
        .setTicketId(ticketId)
        .setContext(TicketContext.newBuilder().setTenantId("default").setCreatedAt(WHEN).build())
        .setSubject(subject)
        .setBody(body)
        .setStyle(new TextStyle(subject.length() + body.length(), false, 0.5, 0.5, false))
        .setRequestedAt(WHEN);
  }
}
