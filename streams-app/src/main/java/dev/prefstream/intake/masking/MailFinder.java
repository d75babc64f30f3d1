package dev.prefstream.intake.masking;

import dev.prefstream.intake.masking.Masking.Item;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mail addresses as written (RFC 5321 without quoted local parts) and as spoken or stripped of
 * punctuation: {@code anna 53 gmail com}, {@code anna at gmail dot com}, {@code annagmailcom}. The
 * latter only for large providers, since nothing else tells them from words.
 */
final class MailFinder {

  /** RFC 5321, section 4.5.3.1. */
  private static final int LONGEST_LOCAL = 64;

  private static final int LONGEST_DOMAIN = 255;

  private static final Pattern PROVIDER =
      Pattern.compile(
          "(?i)(?:gmail|yahoo|hotmail|outlook|redd?iff|aol|icloud|proton)(?:mail)?"
              + "(?:\\s?(?:\\.|dot)\\s?|\\s)?(?:com|co|in|org|net|uk)(?![\\p{L}\\p{N}])");

  private MailFinder() {}

  static void find(String text, List<Item> items) {
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      int start = at;
      while (start > Math.max(0, at - LONGEST_LOCAL) && isLocal(text.charAt(start - 1))) {
        start--;
      }
      int end = at + 1;
      while (end < Math.min(text.length(), at + LONGEST_DOMAIN) && isDomain(text.charAt(end))) {
        end++;
      }
      // A full stop after it ends the sentence.
      while (end > at + 1 && !Character.isLetterOrDigit(text.charAt(end - 1))) {
        end--;
      }
      int lastDot = text.substring(at, end).lastIndexOf('.') + at;
      if (start < at && lastDot > at + 1 && end - lastDot > 2) {
        items.add(new Item(PersonalKind.EMAIL, start, end));
      }
    }
    Matcher provider = PROVIDER.matcher(text);
    while (provider.find()) {
      items.add(new Item(PersonalKind.EMAIL, spokenStart(text, provider.start()), provider.end()));
    }
  }

  /** Where the local part before a provider begins: what is attached, else the words before. */
  private static int spokenStart(String text, int provider) {
    int attached = wordStart(text, provider);
    if (attached < provider) {
      return attached;
    }
    int start = before(text, provider, word -> word.equalsIgnoreCase("at"));
    start = before(text, start, word -> word.chars().allMatch(Character::isDigit));
    return before(text, start, word -> true);
  }

  /** The start of the word before, where it is wanted; else where we are. */
  private static int before(String text, int from, Predicate<String> wanted) {
    if (from == 0 || text.charAt(from - 1) != ' ') {
      return from;
    }
    int start = wordStart(text, from - 1);
    return start < from - 1 && wanted.test(text.substring(start, from - 1)) ? start : from;
  }

  private static int wordStart(String text, int end) {
    int start = end;
    while (start > Math.max(0, end - LONGEST_LOCAL) && isSpoken(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static boolean isSpoken(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
  }

  private static boolean isLocal(char c) {
    return Character.isLetterOrDigit(c) || "!#$%&'*+/=?^_`{|}~.-".indexOf(c) >= 0;
  }

  private static boolean isDomain(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-';
  }
}
