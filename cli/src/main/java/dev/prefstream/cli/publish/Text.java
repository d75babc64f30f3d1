package dev.prefstream.cli.publish;

/** Text that UTF-8 can carry. */
final class Text {

  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** How many UTF-16 surrogates stand without their other half. */
  static int loneSurrogates(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (isPair(text, i)) {
          i++;
        } else {
          count++;
        }
      }
    }
    return count;
  }

  /** The text with U+FFFD for each of them; everything else stays as it is, NUL too. */
  static String withoutLoneSurrogates(String text) {
    StringBuilder repaired = new StringBuilder(text);
    for (int i = 0; i < repaired.length(); i++) {
      if (Character.isSurrogate(repaired.charAt(i))) {
        if (isPair(repaired, i)) {
          i++;
        } else {
          repaired.setCharAt(i, REPLACEMENT);
        }
      }
    }
    return repaired.toString();
  }

  private static boolean isPair(CharSequence text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }
}
