package dev.prefstream.intake;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Ticket;
import org.jspecify.annotations.Nullable;

/** Refuses what can never be scored, before any state changes. Messages hold no customer text. */
public final class Validation {

  private static final int LONGEST_ID = 256;

  private final long maxTextBytes;

  /**
   * @param maxTextBytes largest text in UTF-8 bytes
   */
  public Validation(long maxTextBytes) {
    this.maxTextBytes = maxTextBytes;
  }

  /**
   * The id of a ticket that is to be forgotten.
   *
   * @throws PoisonException when it can be none
   */
  public static String erased(@Nullable String key) {
    if (key == null) {
      throw new PoisonException(
          PoisonReason.MISSING_ID,
          "the record has neither key nor value, expected the ticket_id as key: name the ticket that is to be forgotten");
    }
    id("the key", key);
    return key;
  }

  /**
   * The ticket, when it can be scored.
   *
   * @throws PoisonException when it cannot
   */
  public Ticket ticket(@Nullable String key, Ticket ticket) {
    id("ticket_id", ticket.getTicketId());
    keyIs(ticket.getTicketId(), key);
    if (ticket.getTenantId().isBlank()) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "tenant_id is blank, expected a tenant: leave the field out for the tenant \"default\"");
    }
    atMost("tenant_id", ticket.getTenantId());
    atMost("region", ticket.getRegion());
    atMost("language", ticket.getLanguage());
    atMost("channel", ticket.getChannel());
    atMost("audit_group", ticket.getAuditGroup());
    atMost("domain", ticket.getDomain());
    if (ticket.getSubject().isBlank() && ticket.getBody().isBlank()) {
      throw new PoisonException(
          PoisonReason.EMPTY_TEXT,
          "subject and body are blank, expected text in one of them: publish the ticket with its text");
    }
    size("subject and body", Utf8.length(ticket.getSubject()) + Utf8.length(ticket.getBody()));
    return ticket;
  }

  /**
   * The response, when it can be scored.
   *
   * @throws PoisonException when it cannot
   */
  public Response response(@Nullable String key, @Nullable Response response) {
    if (response == null) {
      throw tombstone("a response");
    }
    id("ticket_id", response.getTicketId());
    id("response_id", response.getResponseId());
    keyIs(response.getTicketId(), key);
    if (response.getText().isBlank()) {
      throw new PoisonException(
          PoisonReason.EMPTY_TEXT,
          "text is blank, expected the response's text: publish the response with its text");
    }
    size("text", Utf8.length(response.getText()));
    return response;
  }

  private static PoisonException tombstone(String what) {
    return new PoisonException(
        PoisonReason.INVALID_FIELD,
        "the record has no value, expected %s: publish it whole".formatted(what));
  }

  private static void id(String field, String id) {
    if (id.isBlank()) {
      throw new PoisonException(
          PoisonReason.MISSING_ID,
          "%s is blank, expected an id: give each record the id its source system knows it by"
              .formatted(field));
    }
    atMost(field, id);
  }

  private static void keyIs(String ticketId, @Nullable String key) {
    if (!ticketId.equals(key)) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "the record's key %s, expected the ticket_id: publish each record with its ticket_id as key"
              .formatted(key == null ? "is missing" : "differs from ticket_id"));
    }
  }

  private static void atMost(String field, @Nullable String value) {
    if (value != null && value.codePointCount(0, value.length()) > LONGEST_ID) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "%s has %d code points, expected %d at most: shorten it"
              .formatted(field, value.codePointCount(0, value.length()), LONGEST_ID));
    }
  }

  private void size(String fields, long bytes) {
    if (bytes > maxTextBytes) {
      throw new PoisonException(
          PoisonReason.TEXT_TOO_LARGE,
          "%s: %d bytes in UTF-8, expected %d at most: shorten the text or raise %s"
              .formatted(fields, bytes, maxTextBytes, IntakeOptions.MAX_TEXT_BYTES.key()));
    }
  }
}
