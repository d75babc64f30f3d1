package dev.prefstream.intake.masking;

import dev.prefstream.intake.masking.Masking.Item;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ticket that is nothing but one word that looks like a secret, as turns of a chat are that
 * answer a question the ticket does not hold: a number of 4 to 9 digits that is no year and no
 * date, or a word of 6 to 64 characters with letters, digits and a symbol inside that is no path,
 * address or version. Longer numbers are {@link DigitFinder}'s. Words of letters and digits alone
 * stay: product names look the same.
 */
final class LoneSecret {

  private static final Pattern NUMBER = Pattern.compile("\\d{4,9}");

  private static final Pattern YEAR_OR_DATE =
      Pattern.compile("(?:19|20)\\d\\d(?:\\d{4})?|\\d{4}(?:19|20)\\d\\d");

  private static final Pattern WORD =
      Pattern.compile(
          "(?=.{0,63}\\p{L})(?=.{0,63}\\d)(?=.{0,63}[!#$%^&*?~@].)[\\p{L}\\d!#$%^&*?~@+=_-]{6,64}");

  private static final Pattern BLANKS_AROUND = Pattern.compile("\\s*+(?<word>\\S{4,64}+)\\s*+");

  private LoneSecret() {}

  static void find(String text, List<Item> items) {
    Matcher only = BLANKS_AROUND.matcher(text);
    if (!only.matches()) {
      return;
    }
    String word = only.group("word");
    boolean number = NUMBER.matcher(word).matches() && !YEAR_OR_DATE.matcher(word).matches();
    if (number || WORD.matcher(word).matches()) {
      items.add(new Item(PersonalKind.TOKEN, only.start("word"), only.end("word")));
    }
  }
}
