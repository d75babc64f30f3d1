package dev.prefstream.cli.publish;

import org.jspecify.annotations.Nullable;

/**
 * One line of a file without its end.
 *
 * @param number from 1
 * @param bytes the whole line, or its beginning when it is too long
 * @param length bytes of the whole line
 * @param sha256 of the whole line in lower-case hex, when {@code bytes} is only its beginning
 */
public record Line(long number, byte[] bytes, long length, @Nullable String sha256) {

  /** Whether only the beginning is here. */
  public boolean tooLong() {
    return sha256 != null;
  }

  /** Whether it holds nothing but spaces and tabs. */
  public boolean blank() {
    for (byte character : bytes) {
      if (character != ' ' && character != '\t') {
        return false;
      }
    }
    return !tooLong();
  }
}
