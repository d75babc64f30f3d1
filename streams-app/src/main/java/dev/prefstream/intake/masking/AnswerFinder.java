package dev.prefstream.intake.masking;

import dev.prefstream.intake.masking.Masking.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that say nothing of themselves and answer a question: "What is your password?", and in
 * the next line, turn of a transcript, or in the body below such a subject, "54585". The answer is
 * one short line; what is masked in it are words with digits, or with symbols inside, and their
 * neighbours ("nani 54585"), but no dates, amounts and versions. A password of letters alone is not
 * found, since "yes" and "hello" answer the same question.
 *
 * <p>Questions about a secret that is one's own or out of order ("how do I reset my password?") ask
 * for none.
 */
final class AnswerFinder {

  /** Longest sentence that asks, and longest answer, in chars before and after the word. */
  private static final int LONGEST = 128;

  private static final int MOST_WORDS = 6;
  private static final int MOST_WORDS_TOGETHER = 4;
  private static final int MOST_LINE_BREAKS = 3;
  private static final int SHORTEST = 3;

  private static final Pattern ASKED_FOR =
      Pattern.compile(
          "(?i)(?<![\\p{L}\\p{N}])(?:"
              + SecretFinder.PASSWORD
              + "|pin(?: code| number)?|otp|(?:one[ -]time|security|access|verification|secret) code|cvv"
              + "|ssn|social security(?: number)?|account (?:number|no|id)|user ?(?:name|id))(?![\\p{L}\\p{N}])");

  private static final Pattern REQUEST =
      Pattern.compile(
          "(?i)\\b(?:provide|give|tell|enter|share|send|confirm|type|state|verify|need|require)\\b");

  private static final Pattern TO_THE_READER =
      Pattern.compile("(?i)\\b(?:you|your|please|kindly)\\b");

  private static final Pattern LABEL =
      Pattern.compile(
          "(?i)(?:(?:your|the|new|old|current|enter|customer|user|login|name|and|or)[ \\t]{1,4}){0,4}+");

  private static final Pattern NOT_ASKING =
      Pattern.compile(
          "(?i)\\b(?:my|our|reset\\w{0,8}|chang\\w{1,8}|forg[eo]t\\w{0,8}|expir\\w{1,8}|recover\\w{0,8}"
              + "|wrong|incorrect|invalid|fail\\w{0,8}|work(?:s|ing)?|managers?|polic(?:y|ies))\\b");

  private static final Pattern SPEAKER =
      Pattern.compile(
          "(?:\\[[^\\]\\n]{1,32}+\\][ \\t]{0,4}+)?(?:[\\p{L}\\p{N}()._-]{1,32}+(?: [\\p{L}\\p{N}()._-]{1,32}+){0,2}+[:>](?:[ \\t]{1,4}+|$))?");

  private static final Pattern DATE_AMOUNT_OR_VERSION =
      Pattern.compile(
          "[$\u20ac\u00a3]?[vV]?\\d{1,9}(?:[./:,]\\d{1,9}){1,4}|\\d{4}-\\d{2}-\\d{2}|[$\u20ac\u00a3]\\d{1,9}");

  /** What is no part of a word at its beginning and end. */
  private static final String AROUND = "\"'`.,;:!?()[]<>";

  private static final String SYMBOLS = "!@#$%^&*+=~_";

  private static final Pattern WORD = Pattern.compile("[^ \\t\\r]{1,128}+");

  private AnswerFinder() {}

  /** Answers to questions in the same text. */
  static void find(String text, List<Item> items) {
    Matcher askedFor = ASKED_FOR.matcher(text);
    while (askedFor.find()) {
      int end = endOfQuestion(text, askedFor.start(), askedFor.end());
      if (end >= 0 && end < text.length()) {
        answer(text, end, items);
      }
    }
  }

  /** The answer that a text is, or begins with, where what stood before it ends with a question. */
  static void findAfter(String before, String text, List<Item> items) {
    Matcher askedFor = ASKED_FOR.matcher(before);
    while (askedFor.find()) {
      int end = endOfQuestion(before, askedFor.start(), askedFor.end());
      if (end >= 0 && before.substring(end).isBlank()) {
        answer(text, 0, items);
        return;
      }
    }
  }

  /** Where the question for what is named there ends; -1 when it is none. */
  private static int endOfQuestion(String text, int nameStart, int nameEnd) {
    int start = nameStart;
    while (start > Math.max(0, nameStart - LONGEST) && !endsSentence(text, start - 1)) {
      start--;
    }
    int end = nameEnd;
    while (end < Math.min(text.length(), nameEnd + LONGEST) && !endsSentence(text, end)) {
      end++;
    }
    if (end == nameEnd + LONGEST) {
      return -1;
    }
    String sentence = text.substring(start, end);
    if (NOT_ASKING.matcher(sentence).find()) {
      return -1;
    }
    boolean question = end < text.length() && text.charAt(end) == '?';
    boolean request = REQUEST.matcher(sentence).find() && TO_THE_READER.matcher(sentence).find();
    boolean label =
        isPunctuation(text, nameEnd, end)
            && LABEL.matcher(text.substring(start, nameStart).stripLeading()).matches();
    return question || request || label ? Math.min(end + 1, text.length()) : -1;
  }

  private static boolean endsSentence(String text, int at) {
    char c = text.charAt(at);
    boolean last = at + 1 == text.length() || Character.isWhitespace(text.charAt(at + 1));
    return c == '\n' || c == '?' || ((c == '.' || c == '!') && last);
  }

  private static boolean isPunctuation(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Character.isLetterOrDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** The secret in the line that follows, or in the one after it where that line is one name. */
  private static void answer(String text, int from, List<Item> items) {
    int at = from;
    for (int line = 1; line <= 2; line++) {
      at = startOfLine(text, at);
      int end = at;
      while (end < Math.min(text.length(), at + LONGEST) && text.charAt(end) != '\n') {
        end++;
      }
      boolean whole = end == text.length() || text.charAt(end) == '\n';
      if (!whole || secret(text, at, end, items) || !isName(text, at, end)) {
        return;
      }
      at = end;
    }
  }

  /** Past blanks, a few line breaks, and who speaks. */
  private static int startOfLine(String text, int from) {
    int breaks = 0;
    int at = from;
    while (at < text.length()
        && Character.isWhitespace(text.charAt(at))
        && at - from < LONGEST
        && breaks <= MOST_LINE_BREAKS) {
      breaks += text.charAt(at) == '\n' ? 1 : 0;
      at++;
    }
    Matcher speaker = SPEAKER.matcher(text).region(at, Math.min(text.length(), at + LONGEST));
    return speaker.lookingAt() ? speaker.end() : at;
  }

  private static boolean isName(String text, int start, int end) {
    String line = text.substring(start, end).strip();
    return !line.isEmpty()
        && line.chars().allMatch(Character::isLetter)
        && !SecretFinder.isNoSecret(line);
  }

  /** Adds what looks like a secret between the two; false when nothing does. */
  private static boolean secret(String text, int start, int end, List<Item> items) {
    List<int[]> words = words(text, start, end);
    if (words.size() > MOST_WORDS) {
      return false;
    }
    boolean together = words.size() <= MOST_WORDS_TOGETHER;
    int before = items.size();
    int from = -1;
    int to = -1;
    boolean secret = false;
    for (int[] each : words) {
      String word = text.substring(each[0], each[1]);
      boolean looksSecret = looksSecret(word);
      if (looksSecret || (together && isPiece(word))) {
        from = from < 0 ? each[0] : from;
        to = each[1];
        secret |= looksSecret;
      } else {
        add(secret, from, to, items);
        from = -1;
        secret = false;
      }
    }
    add(secret, from, to, items);
    return items.size() > before;
  }

  private static void add(boolean secret, int from, int to, List<Item> items) {
    if (secret) {
      items.add(new Item(PersonalKind.TOKEN, from, to));
    }
  }

  /** Start and end of each word, without quotes around it and what ends a sentence. */
  private static List<int[]> words(String text, int start, int end) {
    List<int[]> words = new ArrayList<>();
    Matcher word = WORD.matcher(text).region(start, end);
    while (word.find()) {
      int first = word.start();
      int last = word.end();
      while (first < last && AROUND.indexOf(text.charAt(first)) >= 0) {
        first++;
      }
      while (last > first && AROUND.indexOf(text.charAt(last - 1)) >= 0) {
        last--;
      }
      if (first < last) {
        words.add(new int[] {first, last});
      }
    }
    return words;
  }

  private static boolean looksSecret(String word) {
    return word.length() >= SHORTEST
        && !DATE_AMOUNT_OR_VERSION.matcher(word).matches()
        && (SecretFinder.hasDigit(word) || hasSymbolInside(word));
  }

  private static boolean hasSymbolInside(String word) {
    return word.chars().anyMatch(c -> SYMBOLS.indexOf(c) >= 0)
        && word.chars().anyMatch(Character::isLetter);
  }

  /** What may be a part of it: a name before, letters between digits. */
  private static boolean isPiece(String word) {
    return word.chars().allMatch(Character::isLetterOrDigit) && !SecretFinder.isNoSecret(word);
  }
}
