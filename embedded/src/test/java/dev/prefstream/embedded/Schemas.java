package dev.prefstream.embedded;

/** Avro schemas of one record, {@code t.R}, that differ in their fields. */
final class Schemas {

  static final String V1 = record("{\"name\":\"a\",\"type\":\"string\"}");

  /** {@link #V1} and a field with a default: each can read the other. */
  static final String V2 =
      record(
          "{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}");

  /** Incompatible with {@link #V1} in both directions. */
  static final String OTHER = record("{\"name\":\"a\",\"type\":\"int\"}");

  /** {@link #V2} without its default: it can read that, and not {@link #V1}. */
  static final String NO_DEFAULT =
      record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\"}");

  /** A new field without default: readers of it cannot read {@link #V1}. */
  static final String FORWARD_ONLY =
      record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"c\",\"type\":\"int\"}");

  private Schemas() {}

  static String record(String fields) {
    return "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"t\",\"fields\":[" + fields + "]}";
  }
}
