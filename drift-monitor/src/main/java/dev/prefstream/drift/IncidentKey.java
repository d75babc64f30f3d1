package dev.prefstream.drift;

import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;

/**
 * The name that a segment's last incident is kept under: the segment's, and another for incidents
 * of quality, which are of all of a tenant or of the whole stream.
 */
final class IncidentKey {

  private static final String QUALITY = "#quality";

  private IncidentKey() {}

  /** The key of the incident that a word is about. */
  static String of(DriftAlert word) {
    return word.getKind() == DriftKind.QUALITY ? word.getSegment() + QUALITY : word.getSegment();
  }

  /** The key of the whole stream's incident that a part's of the same sort belongs to. */
  static String ofTheWhole(DriftKind kind) {
    return kind == DriftKind.QUALITY ? Segments.ALL + QUALITY : Segments.ALL;
  }

  /** Whether it is of a part of the stream, and of quality as the kind is, or of scores. */
  static boolean isOfAPart(String key, DriftKind kind) {
    return key.endsWith(QUALITY) == (kind == DriftKind.QUALITY) && !key.equals(ofTheWhole(kind));
  }

  /** The segment it is of. */
  static String segment(String key) {
    return key.endsWith(QUALITY) ? key.substring(0, key.length() - QUALITY.length()) : key;
  }
}
