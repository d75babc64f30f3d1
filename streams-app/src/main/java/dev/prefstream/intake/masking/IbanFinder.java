package dev.prefstream.intake.masking;

import dev.prefstream.intake.masking.Masking.Item;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** IBANs, grouped or not, that pass the check digits of ISO 13616 (ISO 7064, MOD 97-10). */
final class IbanFinder {

  private static final int SHORTEST = 15;
  private static final int LONGEST = 34;

  private static final Pattern BEGINNING =
      Pattern.compile("(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9])");

  private IbanFinder() {}

  static void find(String text, List<Item> items) {
    Matcher beginnings = BEGINNING.matcher(text);
    while (beginnings.find()) {
      int end = end(text, beginnings.start());
      if (end > 0) {
        items.add(new Item(PersonalKind.IBAN, beginnings.start(), end));
      }
    }
  }

  /** The end of the longest IBAN that begins there; -1 when there is none. */
  private static int end(String text, int start) {
    StringBuilder characters = new StringBuilder(LONGEST);
    int found = -1;
    int at = start;
    while (at < text.length() && characters.length() < LONGEST) {
      char c = text.charAt(at);
      if ((c == ' ' || c == '-') && at + 1 < text.length() && isIban(text.charAt(at + 1))) {
        at++;
        continue;
      }
      if (!isIban(c)) {
        break;
      }
      characters.append(Character.toUpperCase(c));
      at++;
      boolean ends = at == text.length() || !isIban(text.charAt(at));
      if (ends && characters.length() >= SHORTEST && passes(characters)) {
        found = at;
      }
    }
    return found;
  }

  private static boolean passes(CharSequence iban) {
    int rest = 0;
    for (int i = 0; i < iban.length(); i++) {
      int value = Character.digit(iban.charAt((i + 4) % iban.length()), 36);
      rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
    }
    return rest == 1;
  }

  private static boolean isIban(char c) {
    return c < 128 && Character.isLetterOrDigit(c);
  }
}
