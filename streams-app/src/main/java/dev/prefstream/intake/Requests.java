package dev.prefstream.intake;

import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.schemas.avro.TicketContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes scoring requests. Equal input gives equal ids. Public so that an evaluation scores exactly
 * the text that the stream scores.
 */
public final class Requests {

  private static final int SHORT_DIGEST = 12;

  private Requests() {}

  /**
   * The request to score a ticket. Its id is the ticket's.
   *
   * @param ticket as later stages may see it
   * @param metadata what of its metadata travels on
   * @param createdAt when the ticket was written, as far as that can be believed
   * @param now when the request is made
   */
  public static ScoringRequest forTicket(
      Ticket ticket, Map<String, String> metadata, Instant createdAt, Instant now) {
    TicketContext context =
        TicketContext.newBuilder()
            .setTenantId(ticket.getTenantId())
            .setRegion(ticket.getRegion())
            .setLanguage(ticket.getLanguage())
            .setChannel(ticket.getChannel())
            .setAuditGroup(ticket.getAuditGroup())
            .setDomain(ticket.getDomain())
            .setCreatedAt(createdAt)
            .setMetadata(metadata)
            .build();
    return ScoringRequest.newBuilder()
        .setRequestId(ticket.getTicketId())
        .setKind(ScoreKind.TICKET)
        .setTicketId(ticket.getTicketId())
        .setContext(context)
        .setSubject(ticket.getSubject())
        .setBody(ticket.getBody())
        .setStyle(StyleMeter.measure(text(ticket)))
        .setRequestedAt(now)
        .build();
  }

  /** Settings as decisions read them: known terms are for intake alone, and may be many. */
  static SettingsInForce forDecisions(SettingsInForce inForce) {
    if (inForce.getSettings().getKnownTerms().isEmpty()) {
      return inForce;
    }
    return new SettingsInForce(
        PreferenceSettings.newBuilder(inForce.getSettings()).setKnownTerms(List.of()).build(),
        inForce.getVersion());
  }

  /**
   * The request to score a response to a ticket. Its id is ticket id, "/", response id, "@", and 12
   * digits of a digest over the ids and the text: an edited response is another request, and ids
   * that hold a "/" cannot meet.
   *
   * @param ticket the ticket's own request
   * @param text with what the tenant masks replaced; the id's digest must not tell it either
   * @param settings of the ticket's tenant
   */
  public static ScoringRequest forResponse(
      ScoringRequest ticket,
      String responseId,
      String text,
      Optional<SettingsInForce> settings,
      Instant now) {
    String digest =
        ContentDigest.of(ticket.getTicketId(), responseId, text).substring(0, SHORT_DIGEST);
    return ScoringRequest.newBuilder(ticket)
        .setRequestId(ticket.getTicketId() + "/" + responseId + "@" + digest)
        .setKind(ScoreKind.RESPONSE)
        .setResponseId(responseId)
        .setResponseText(text)
        .setStyle(StyleMeter.measure(text))
        .setFabrication(ResponseCheck.of(ticket, text, settings))
        .setRequestedAt(now)
        .build();
  }

  /** Digest of what a response is scored by. */
  static String textDigest(Response response) {
    return ContentDigest.of(response.getText());
  }

  private static String text(Ticket ticket) {
    if (ticket.getSubject().isEmpty()) {
      return ticket.getBody();
    }
    return ticket.getBody().isEmpty()
        ? ticket.getSubject()
        : ticket.getSubject() + "\n" + ticket.getBody();
  }
}
