package dev.prefstream.intake.masking;

/** Kinds of personal data; the order is which wins where two overlap. */
public enum PersonalKind {
  TOKEN,
  EMAIL,
  IBAN,
  CARD,
  PHONE;

  /** What stands in the text instead. */
  public String placeholder() {
    return "[" + name() + "]";
  }
}
