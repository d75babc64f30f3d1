package dev.prefstream.intake.fabrication;

import java.util.regex.Pattern;

/**
 * Numbers that are either known or made up: those that name one thing (a phone number, a port, the
 * number of a ticket or an order), and quantities with their unit that are given in three
 * significant digits or more ({@code $129.90}, {@code 437 minutes}, {@code 98.75%}). Others, such
 * as {@code 20 minutes} and years, are general knowledge as often as not.
 */
final class TellingNumber {

  /** Probability, by judgement, that one that is invented misleads the reader. */
  static final double WEIGHT = 0.5;

  private static final int LOOK_BACK = 32;
  private static final int LOOK_AHEAD = 24;
  private static final int DIGITS_OF_A_NAME = 4;
  private static final int SIGNIFICANT_DIGITS = 3;

  private static final Pattern NAMES =
      Pattern.compile("(?i)(?:\\b(?:port|ext|extension)s?\\.? ?(?:is )?|#)$");

  private static final Pattern NAMES_WHERE_LONG =
      Pattern.compile(
          "(?i)\\b(?:ticket|order|case|invoice|request|reference|account|customer|confirmation|serial|incident|bug|issue|article)"
              + "(?: (?:number|no\\.?|nr\\.?|id))?(?: is)?:? ?$");

  private static final Pattern UNIT =
      Pattern.compile(
          "(?i)[ -]?(?:ms|milliseconds?|sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|(?:business |working )?days?|weeks?|months?"
              + "|bytes|[kmgt]i?b(?:ytes?|its?)?(?:/s|ps)?|[kmg]bps|[mg]hz|dollars|euros?|usd|eur|gbp)\\b");

  private TellingNumber() {}

  /**
   * @param start of the number in the text, in chars
   * @param end exclusive
   */
  static boolean is(String text, int start, int end) {
    String written = text.substring(start, end);
    return names(text, start, written) || (isQuantity(text, end, written) && isExact(written));
  }

  private static boolean names(String text, int start, String written) {
    return follows(NAMES, text, start)
        || (written.length() >= DIGITS_OF_A_NAME && follows(NAMES_WHERE_LONG, text, start));
  }

  private static boolean follows(Pattern word, String text, int start) {
    return word.matcher(text).region(Math.max(0, start - LOOK_BACK), start).find();
  }

  private static boolean isQuantity(String text, int end, String written) {
    return "$€£".indexOf(written.charAt(0)) >= 0
        || written.endsWith("%")
        || UNIT.matcher(text).region(end, Math.min(text.length(), end + LOOK_AHEAD)).lookingAt();
  }

  private static boolean isExact(String written) {
    String digits = written.replaceAll("[^0-9]", "").replaceAll("^0+|0+$", "");
    return digits.length() >= SIGNIFICANT_DIGITS;
  }
}
