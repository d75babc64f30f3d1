package dev.prefstream.drift;

import dev.prefstream.schemas.avro.TicketContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Names of segments: {@code all} for the whole stream, {@code tenant/region/language} for a part of
 * it, with {@code -} for a region or language that is not known.
 */
final class Segments {

  /** The whole stream. */
  static final String ALL = "all";

  private static final String UNKNOWN = "-";
  private static final String ANY = "/*/*";

  private Segments() {}

  /** The tenant's part of a segment's name. */
  static String tenant(String segment) {
    int end = segment.indexOf('/');
    return end < 0 ? segment : segment.substring(0, end);
  }

  /** The language's part of a segment's name; {@code -} when it is not known. */
  static String language(String segment) {
    return segment.substring(segment.lastIndexOf('/') + 1);
  }

  /** All of a tenant, for labels, which know neither region nor language. */
  static String ofTenant(String tenantId) {
    return escaped(tenantId) + ANY;
  }

  /** A segment in a sentence. */
  static String inWords(String segment) {
    return segment.equals(ALL) ? "the whole stream" : "segment " + segment;
  }

  /** Of which part of the stream labels speak for a segment: all of its tenant, or the whole. */
  static String labelled(String segment) {
    return segment.equals(ALL) ? ALL : tenant(segment) + ANY;
  }

  /**
   * The part of the stream a ticket belongs to. Of a language tag only the primary language counts
   * ({@code pt-BR} is {@code pt}); {@code %}, {@code /} and control characters are written as
   * {@code %XX}.
   */
  static String of(TicketContext context) {
    String region = context.getRegion();
    String language = context.getLanguage();
    return escaped(context.getTenantId())
        + "/"
        + part(region == null ? null : region.toUpperCase(Locale.ROOT))
        + "/"
        + part(language == null ? null : primary(language));
  }

  private static String primary(String tag) {
    int end = 0;
    while (end < tag.length() && tag.charAt(end) != '-' && tag.charAt(end) != '_') {
      end++;
    }
    return tag.substring(0, end).toLowerCase(Locale.ROOT);
  }

  private static String part(@Nullable String value) {
    return value == null || value.isBlank() ? UNKNOWN : escaped(value);
  }

  private static String escaped(String value) {
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%' || c == '/' || c < ' ') {
        text.append('%').append("%02X".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
