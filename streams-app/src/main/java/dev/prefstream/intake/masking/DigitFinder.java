package dev.prefstream.intake.masking;

import dev.prefstream.intake.masking.Masking.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Payment cards and phone numbers: runs of digit groups with single separators between them.
 *
 * <p>A card has 13 to 19 digits in groups as on cards, begins with 2 to 6 and passes the Luhn check
 * (ISO/IEC 7812-1, annex B); after the word "card", or in four groups of four, it need not pass,
 * since customers mistype. Right after words such as "card number is" 4 digits do: customers give
 * parts. A phone number has a plus sign and 8 to 15 digits (ITU-T E.164), or 10 digits, or 11 that
 * begin with 0 or 1, or five pairs that begin with 0; after a word such as "call" 7 digits do.
 * Dates and times are none: their last group is short.
 */
final class DigitFinder {

  private static final int SHORTEST_CARD = 13;
  private static final int LONGEST_CARD = 19;
  private static final int SHORTEST_PHONE = 7;
  private static final int LONGEST_PHONE = 15;
  private static final int LOOK_BACK = 40;

  /** What an earlier masking left announces nothing. */
  private static final String NO_PLACEHOLDER = "(?!(?<=\\[|^)(?-i:CARD|PHONE)\\])";

  private static final Pattern CARD_WORD =
      Pattern.compile(
          "(?i)" + NO_PLACEHOLDER + "\\b(?:card|credit|debit|visa|mastercard|amex|16 digit)\\b");

  private static final int SHORTEST_PART_OF_CARD = 4;

  private static final Pattern CARD_ANNOUNCED =
      Pattern.compile(
          "(?i)\\b(?:card|credit|debit|visa|mastercard|amex)(?: (?:card|last|four|4)){0,4}"
              + " (?:numbers?|num|nos?|nbr|digits|is|are|was)(?: (?:is|are|was|its|it's|the)){0,2}[ .:#=-]{1,3}$");

  private static final Pattern PHONE_WORD =
      Pattern.compile(
          "(?i)"
              + NO_PLACEHOLDER
              + "\\b(?:phone|call|mobile|cell|tel|telephone|contact|whatsapp|fax|sms|reach me|dial)\\b");

  private final boolean cards;
  private final boolean phones;

  DigitFinder(Set<PersonalKind> kinds) {
    this.cards = kinds.contains(PersonalKind.CARD);
    this.phones = kinds.contains(PersonalKind.PHONE);
  }

  /** A run of digits without separators. */
  private record Group(int start, int end) {
    int length() {
      return end - start;
    }
  }

  void find(String text, List<Item> items) {
    List<Group> run = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      if (!isDigit(text.charAt(at))) {
        at++;
        continue;
      }
      int end = at;
      while (end < text.length() && isDigit(text.charAt(end))) {
        end++;
      }
      if (!run.isEmpty() && !joins(text, run.get(run.size() - 1).end(), at)) {
        close(text, run, items);
      }
      run.add(new Group(at, end));
      at = end;
    }
    close(text, run, items);
  }

  /** One separator, or one with a space or bracket: "(206) 555", "206 - 555". */
  private static boolean joins(String text, int from, int to) {
    if (to - from > 3) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (" -.()/\u00a0".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private void close(String text, List<Group> run, List<Item> items) {
    int first = 0;
    while (first < run.size()) {
      int taken = isInsideWord(text, run.get(first)) ? 0 : take(text, run, first, items);
      first += Math.max(1, taken);
    }
    run.clear();
  }

  /** How many groups from the first on are an item, which is added; 0 when none are. */
  private int take(String text, List<Group> run, int first, List<Item> items) {
    StringBuilder digits = new StringBuilder(LONGEST_CARD + 1);
    Boolean afterCard = null;
    Boolean announced = null;
    Boolean afterPhone = null;
    int start = run.get(first).start();
    int card = 0;
    int phone = 0;
    for (int last = first; last < run.size(); last++) {
      Group group = run.get(last);
      if (digits.length() + group.length() > LONGEST_CARD) {
        break;
      }
      digits.append(text, group.start(), group.end());
      List<Group> groups = run.subList(first, last + 1);
      if (cards && digits.length() >= SHORTEST_CARD) {
        // Looked up once: a long run of digits must not be searched again for each of its groups.
        afterCard = afterCard == null ? follows(CARD_WORD, text, start) : afterCard;
        boolean inFours = groups.size() == run.size() && isInFours(groups);
        boolean isCard = isShapedAsCard(groups) && isCard(digits);
        card = afterCard || inFours || isCard ? groups.size() : card;
      } else if (cards && digits.length() >= SHORTEST_PART_OF_CARD) {
        announced = announced == null ? follows(CARD_ANNOUNCED, text, start) : announced;
        card = announced ? groups.size() : card;
      }
      if (phones && digits.length() >= SHORTEST_PHONE && digits.length() <= LONGEST_PHONE) {
        afterPhone = afterPhone == null ? follows(PHONE_WORD, text, start) : afterPhone;
        phone = isPhone(text, groups, digits, afterPhone) ? groups.size() : phone;
      }
    }
    if (card == 0 && phone == 0) {
      return 0;
    }
    int count = card > 0 ? card : phone;
    if (card == 0) {
      start -= start > 0 && text.charAt(start - 1) == '(' ? 1 : 0;
      start -= start > 0 && text.charAt(start - 1) == '+' ? 1 : 0;
    }
    items.add(
        new Item(
            card > 0 ? PersonalKind.CARD : PersonalKind.PHONE,
            start,
            run.get(first + count - 1).end()));
    return count;
  }

  private static boolean isCard(CharSequence digits) {
    return digits.charAt(0) >= '2' && digits.charAt(0) <= '6' && passesLuhn(digits);
  }

  /** Unbroken, or in groups of four, or as some have it in four, six and the rest. */
  private static boolean isShapedAsCard(List<Group> groups) {
    int last = groups.size() - 1;
    boolean fours = groups.stream().limit(last).allMatch(group -> group.length() == 4);
    boolean sixes = last == 2 && groups.get(0).length() == 4 && groups.get(1).length() == 6;
    return last == 0 || (fours && groups.get(last).length() <= 4) || sixes;
  }

  private static boolean isInFours(List<Group> groups) {
    return groups.size() == 4 && groups.stream().allMatch(group -> group.length() == 4);
  }

  private static boolean isPhone(
      String text, List<Group> groups, CharSequence digits, boolean announced) {
    int count = digits.length();
    int start = groups.get(0).start();
    if (start > 0 && text.charAt(start - 1) == '+') {
      return count >= 8;
    }
    boolean shape = groups.size() == 1 || isGroupedAsPhone(groups);
    boolean national = count == 10 || (count == 11 && digits.charAt(0) <= '1');
    boolean pairs =
        count == 10 && digits.charAt(0) == '0' && groups.stream().allMatch(g -> g.length() == 2);
    return (shape && (national || announced)) || pairs;
  }

  private static boolean isGroupedAsPhone(List<Group> groups) {
    return groups.get(groups.size() - 1).length() >= 4
        && groups.stream().allMatch(group -> group.length() <= 7)
        && groups.stream().limit(groups.size() - 1L).allMatch(group -> group.length() <= 5);
  }

  private static boolean passesLuhn(CharSequence digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  /** Whether the word stands in the few characters before. */
  private static boolean follows(Pattern word, String text, int start) {
    return word.matcher(text).region(Math.max(0, start - LOOK_BACK), start).find();
  }

  /** Part of an identifier or of a decimal: no number of its own. */
  private static boolean isInsideWord(String text, Group group) {
    char before = group.start() == 0 ? ' ' : text.charAt(group.start() - 1);
    char after = group.end() == text.length() ? ' ' : text.charAt(group.end());
    return Character.isLetter(before)
        || before == '_'
        || before == '#'
        || Character.isLetter(after);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
