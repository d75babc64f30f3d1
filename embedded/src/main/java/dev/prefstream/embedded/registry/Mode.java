package dev.prefstream.embedded.registry;

/** Which requests may change a subject. */
enum Mode {
  READWRITE,
  /** Nothing changes. */
  READONLY,
  /** Nothing changes under any subject; takes precedence over subjects' own modes. */
  READONLY_OVERRIDE;

  boolean readOnly() {
    return this != READWRITE;
  }
}
