package dev.prefstream.runtime.failure;

/** Why a record can never be processed; the {@code reason} of a dead letter and a metric label. */
public enum PoisonReason {
  /**
   * The bytes are not the Avro record this topic carries, or name a schema the registry does not
   * know.
   */
  UNDECODABLE,
  /** A line of a file is not a JSON object. */
  NOT_JSON,
  /** A field has a value of the wrong type or outside its range. */
  INVALID_FIELD,
  /** There is no id. */
  MISSING_ID,
  /** There is no text to score. */
  EMPTY_TEXT,
  /** The text is over the configured size. */
  TEXT_TOO_LARGE,
  /** The tenant is none of those the installation serves. */
  UNKNOWN_TENANT,
  /** The same id came before with other content. */
  CONFLICTING_DUPLICATE,
  /** The model gave a number that is not finite. */
  NOT_A_NUMBER,
  /** The model failed on this text alone. */
  MODEL_REFUSED
}
