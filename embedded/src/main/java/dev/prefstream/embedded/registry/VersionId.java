package dev.prefstream.embedded.registry;

/**
 * A version as a request names it.
 *
 * @param number at least 1, or {@link #LATEST}'s -1
 */
record VersionId(int number) {

  static final VersionId LATEST = new VersionId(-1);

  /**
   * Reads a number from 1 up, {@code latest}, or -1, which means the same.
   *
   * @throws RegistryException 42202 for anything else
   */
  static VersionId parse(String text) {
    String stripped = text.strip();
    if (stripped.equalsIgnoreCase("latest")) {
      return LATEST;
    }
    try {
      int number = Integer.parseInt(stripped);
      if (number >= 1 || number == LATEST.number) {
        return new VersionId(number);
      }
    } catch (NumberFormatException e) {
      // Refused below, as other numbers are.
    }
    throw RegistryException.invalidVersion(text);
  }

  boolean isLatest() {
    return equals(LATEST);
  }
}
