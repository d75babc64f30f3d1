package dev.prefstream.intake;

import dev.prefstream.intake.masking.Masking;
import dev.prefstream.intake.masking.PersonalKind;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Ticket;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a ticket says once its tenant's personal data is masked: the text that is scored, and the
 * metadata that travels on. Metadata is bounded: entries are taken in the order of their names as
 * long as they fit, and how many were left out stands beside them.
 */
public final class TicketText {

  /** Says how many entries of the metadata did not fit. */
  static final String LEFT_OUT = "prefstream.metadata_left_out";

  private final long maxMetadataBytes;

  TicketText(long maxMetadataBytes) {
    this.maxMetadataBytes = maxMetadataBytes;
  }

  /**
   * The ticket as later stages see it; the same one where the tenant masks nothing.
   *
   * @param found is told of each kind how many were masked, once a text
   */
  public static Ticket masked(
      Ticket ticket, PreferenceSettings settings, Consumer<Map<PersonalKind, Integer>> found) {
    return TenantMasking.of(settings).map(masking -> masked(ticket, masking, found)).orElse(ticket);
  }

  private static Ticket masked(
      Ticket ticket, Masking masking, Consumer<Map<PersonalKind, Integer>> found) {
    Map<String, String> metadata = new TreeMap<>();
    ticket
        .getMetadata()
        .forEach((name, value) -> metadata.put(name, text(masking.maskField(name, value), found)));
    Masking.MaskedTicket masked = masking.mask(ticket.getSubject(), ticket.getBody());
    return Ticket.newBuilder(ticket)
        .setSubject(text(masked.subject(), found))
        .setBody(text(masked.body(), found))
        .setMetadata(metadata)
        .build();
  }

  /** The metadata that travels on. */
  Map<String, String> metadata(Ticket ticket) {
    Map<String, String> kept = new TreeMap<>();
    long bytes = 0;
    int leftOut = 0;
    for (Map.Entry<String, String> entry : new TreeMap<>(ticket.getMetadata()).entrySet()) {
      long size = Utf8.length(entry.getKey()) + Utf8.length(entry.getValue());
      if (bytes + size <= maxMetadataBytes) {
        kept.put(entry.getKey(), entry.getValue());
        bytes += size;
      } else {
        leftOut++;
      }
    }
    if (leftOut > 0) {
      kept.put(LEFT_OUT, Integer.toString(leftOut));
    }
    return kept;
  }

  private static String text(Masking.Masked masked, Consumer<Map<PersonalKind, Integer>> found) {
    found.accept(masked.found());
    return masked.text();
  }
}
