package dev.prefstream.runtime.failure;

/** Why a record can never be processed; the {@code reason} of a dead letter and a metric label. */
public enum PoisonReason {
  /** The bytes are no record of their topic. */
  UNDECODABLE(
      "The bytes are not the Avro record this topic carries, or name a schema that the registry does not know.",
      "Publish with an Avro serialiser for Confluent's wire format, and the schema registered."),
  /** A line of a file is not a JSON object. */
  NOT_JSON(
      "A line of a file is not UTF-8, no JSON object, or has a field twice.", "Correct the line."),
  /** A field has a value that it may not have. */
  INVALID_FIELD(
      "A field has a value of the wrong type or outside its range, or the record has no value.",
      "Correct the field that the message names."),
  /** There is no id. */
  MISSING_ID("There is no id, or it is blank.", "Give the ticket, response or tenant its id."),
  /** There is no text to score. */
  EMPTY_TEXT(
      "There is no text to score: a ticket without subject and body, or a response without text.",
      "Leave such out, or give them a text."),
  /** The text is over the configured size. */
  TEXT_TOO_LARGE(
      "The text, line or record is over the configured size.",
      "Shorten it, or raise `intake.max-text-bytes` or `publish.max-line`."),
  /** The tenant is none of those the installation serves. */
  UNKNOWN_TENANT(
      "Settings are for a tenant that is not in `intake.tenants`.",
      "Correct the tenant's id, or add the tenant there."),
  /** The same id came before with other content. */
  CONFLICTING_DUPLICATE(
      "The same id came before with other content; the first stays.",
      "Give it an id of its own: ids are unique in the installation, not in a tenant."),
  /** The model gave a number that is not finite. */
  NOT_A_NUMBER(
      "The model gave a number that is not finite, or a score is none from 0 to 1.",
      "Look at the model: its golden cases, its precision."),
  /** The model failed on this text alone. */
  MODEL_REFUSED(
      "The model failed on this text alone, also when it was tried again.",
      "Look at the message and the stack; try the text with `./prefstream explain`.");

  private final String meaning;
  private final String remedy;

  PoisonReason(String meaning, String remedy) {
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** When it is given, in a sentence for people. */
  public String meaning() {
    return meaning;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
