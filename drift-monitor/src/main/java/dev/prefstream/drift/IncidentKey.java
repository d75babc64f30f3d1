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

  /** Whether it is of scores, and of a part of the stream. */
  static boolean isOfAPart(String key) {
    return !key.equals(Segments.ALL) && !key.endsWith(QUALITY);
  }
}
